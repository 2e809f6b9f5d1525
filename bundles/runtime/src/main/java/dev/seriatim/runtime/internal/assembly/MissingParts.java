package dev.seriatim.runtime.internal.assembly;

import dev.seriatim.api.model.PartReference;
import dev.seriatim.api.part.ProvidesPart;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Version;
import org.osgi.framework.VersionRange;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Says why a part is not there: from the services, and from what installed bundles declare. */
@Component(service = MissingParts.class)
public final class MissingParts {
  /** A part that an installed bundle declares, whether the bundle runs or not. */
  record Declared(String kind, String id, Version version, Bundle bundle) {}

  private final BundleContext context;
  private final PartRegistry registry;

  /** Made by Declarative Services. */
  @Activate
  public MissingParts(BundleContext context, @Reference PartRegistry registry) {
    this.context = context;
    this.registry = registry;
  }

  /**
   * The end of a sentence "… needs": the part, and why it is not there. For example {@code head
   * categorical [1.0,2), but only 2.0.0 is installed}.
   */
  public String phrase(String kind, PartReference reference) {
    return sentence(kind, reference, declared(kind, reference.id()), provided(kind, reference));
  }

  /** Why parts of an id that bundles declare are not there; empty when none declares it. */
  public Optional<String> why(String id) {
    return declared(null, id).stream()
        .findFirst()
        .map(
            part ->
                part.kind()
                    + " "
                    + id
                    + " "
                    + part.version()
                    + " is not there, because bundle "
                    + InstalledPart.name(part.bundle())
                    + " that provides it "
                    + trouble(part.bundle().getState()));
  }

  static String sentence(
      String kind, PartReference reference, List<Declared> declared, Set<Version> provided) {
    VersionRange range = PartRegistry.range(reference);
    String part = kind + " " + reference.id();
    if (!reference.version().isBlank()) {
      part += " " + reference.version();
    }
    Set<Version> others = new TreeSet<>(provided);
    for (Declared candidate : declared) {
      if (range.includes(candidate.version())) {
        return part
            + ", but bundle "
            + InstalledPart.name(candidate.bundle())
            + " that provides it "
            + trouble(candidate.bundle().getState());
      }
      others.add(candidate.version());
    }
    if (others.isEmpty()) {
      return part + ", which is not installed";
    }
    return part
        + ", but only "
        + String.join(" and ", others.stream().map(Version::toString).toList())
        + (others.size() == 1 ? " is" : " are")
        + " installed";
  }

  private static String trouble(int state) {
    return state == Bundle.ACTIVE ? "has not published it" : "is not started";
  }

  private Set<Version> provided(String kind, PartReference reference) {
    Set<Version> versions = new TreeSet<>();
    for (InstalledPart part : registry.all()) {
      if (part.is(kind, reference.id())) {
        versions.add(part.version());
      }
    }
    return versions;
  }

  /** What bundles declare under an id; of any kind when it is null. */
  private List<Declared> declared(String kind, String id) {
    List<Declared> declared = new ArrayList<>();
    for (Bundle bundle : context.getBundles()) {
      // Null for a bundle that was uninstalled a moment ago.
      BundleRevision revision = bundle.adapt(BundleRevision.class);
      List<BundleCapability> capabilities =
          revision == null ? List.of() : revision.getDeclaredCapabilities(ProvidesPart.NAMESPACE);
      for (BundleCapability capability : capabilities) {
        Object foundKind = capability.getAttributes().get("kind");
        if (id.equals(capability.getAttributes().get("id"))
            && (kind == null || kind.equals(foundKind))
            && capability.getAttributes().get("version") instanceof Version version) {
          declared.add(new Declared(String.valueOf(foundKind), id, version, bundle));
        }
      }
    }
    return declared;
  }
}
