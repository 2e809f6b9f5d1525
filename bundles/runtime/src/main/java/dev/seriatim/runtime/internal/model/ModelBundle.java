package dev.seriatim.runtime.internal.model;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.model.DescriptorFormat;
import dev.seriatim.api.model.ModelDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.Bundle;
import org.osgi.framework.Version;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRevision;

/**
 * A bundle that declares a model.
 *
 * @param bundle that declares it; it need not be resolved
 * @param descriptor what it says; of name and version alone when it was refused
 * @param refusal why the descriptor was refused; empty when it was not
 */
record ModelBundle(Bundle bundle, ModelDescriptor descriptor, String refusal) {
  /** The namespace of the capability by which a bundle declares a model. */
  static final String NAMESPACE = "seriatim.model";

  static final String DESCRIPTOR = "model.json";

  /** What a bundle declares; empty for a bundle that is no model. */
  static Optional<ModelBundle> of(Bundle bundle, DescriptorFormat format) {
    // Null for a bundle that was uninstalled a moment ago.
    BundleRevision revision = bundle.adapt(BundleRevision.class);
    List<BundleCapability> capabilities =
        revision == null ? List.of() : revision.getDeclaredCapabilities(NAMESPACE);
    return capabilities.stream().findFirst().map(declared -> read(bundle, declared, format));
  }

  /** Whether its bundle is started, or was and would be if it resolved. */
  boolean isStarted() {
    return switch (bundle.getState()) {
      case Bundle.STARTING, Bundle.ACTIVE -> true;
      // Its parts were missing when it was started. They may be there by now, and then it is
      // wired to them, although nobody has tried to start it again.
      case Bundle.INSTALLED -> bundle.adapt(BundleStartLevel.class).isPersistentlyStarted();
      default -> false;
    };
  }

  /** Symbolic name and version of the bundle. */
  String name() {
    return name(bundle);
  }

  private static String name(Bundle bundle) {
    return bundle.getSymbolicName() + " " + bundle.getVersion();
  }

  private static ModelBundle read(
      Bundle bundle, BundleCapability declared, DescriptorFormat format) {
    String name = attribute(declared, "name", bundle.getSymbolicName());
    String version = attribute(declared, "version", bundle.getVersion().toString());
    String where = name(bundle) + ": " + DESCRIPTOR;
    try {
      ModelDescriptor descriptor = format.read(text(bundle, where), where);
      if (!descriptor.name().equals(name)) {
        throw new SeriatimException(
            where + ": name: expected " + name + " as in the manifest, found " + descriptor.name());
      }
      return new ModelBundle(bundle, descriptor, "");
    } catch (SeriatimException e) {
      return new ModelBundle(
          bundle,
          new ModelDescriptor(
              name, version, "", "", ConditionSpace.NONE, Map.of(), List.of(), Map.of()),
          e.getMessage());
    }
  }

  private static String attribute(BundleCapability declared, String key, String otherwise) {
    Object value = declared.getAttributes().get(key);
    return value instanceof String || value instanceof Version ? value.toString() : otherwise;
  }

  private static String text(Bundle bundle, String where) {
    URL entry = bundle.getEntry(DESCRIPTOR);
    if (entry == null) {
      throw new SeriatimException(where + ": expected the file in the bundle, found none");
    }
    try (InputStream in = entry.openStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new SeriatimException(where + ": cannot be read: " + e, e);
    }
  }
}
