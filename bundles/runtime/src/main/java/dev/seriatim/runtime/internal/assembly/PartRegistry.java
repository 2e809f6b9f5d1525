package dev.seriatim.runtime.internal.assembly;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.model.PartDescription;
import dev.seriatim.api.model.PartReference;
import dev.seriatim.api.part.PartFactory;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.VersionRange;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** The parts whose factories are there now. They come and go; whoever minds is told. */
@Component(service = PartRegistry.class)
public final class PartRegistry {
  private static final Logger LOG = System.getLogger(PartRegistry.class.getName());

  /** The best first: the highest version, then as the service registry ranks. */
  private static final Comparator<InstalledPart> BEST =
      Comparator.comparing(InstalledPart::version).thenComparing(InstalledPart::service).reversed();

  private final Map<ServiceReference<?>, InstalledPart> parts = new ConcurrentHashMap<>();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

  @Reference(
      name = "parts",
      service = PartFactory.class,
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void add(PartFactory<?, ?> factory, ServiceReference<PartFactory<?, ?>> service) {
    try {
      parts.put(service, InstalledPart.of(service, factory));
    } catch (SeriatimException | IllegalArgumentException e) {
      // One part that is badly described must not keep the others from being there.
      LOG.log(Level.ERROR, "Left out a part of bundle " + service.getBundle(), e);
      return;
    }
    listeners.forEach(Runnable::run);
  }

  void remove(PartFactory<?, ?> factory, ServiceReference<PartFactory<?, ?>> service) {
    if (parts.remove(service) != null) {
      listeners.forEach(Runnable::run);
    }
  }

  /** Tells a listener after every change, on the thread that made it. */
  public void listen(Runnable listener) {
    listeners.add(listener);
  }

  /** Tells a listener no more. */
  public void forget(Runnable listener) {
    listeners.remove(listener);
  }

  /** All parts, by kind and id, the best version first. */
  public List<PartDescription> descriptions() {
    return all().stream().map(InstalledPart::description).toList();
  }

  /** Whether a reference can be followed now. */
  public boolean has(String kind, PartReference reference) {
    return find(kind, reference).isPresent();
  }

  /** The parts that references lead to now; those that lead nowhere are left out. */
  public List<PartDescription> follow(Map<String, PartReference> references) {
    return references.entrySet().stream()
        .flatMap(e -> find(PartAssembler.kind(e.getKey()), e.getValue()).stream())
        .map(InstalledPart::description)
        .toList();
  }

  /** The best part that a reference allows. */
  Optional<InstalledPart> find(String kind, PartReference reference) {
    VersionRange range = range(reference);
    return all().stream()
        .filter(part -> part.is(kind, reference.id()) && range.includes(part.version()))
        .findFirst();
  }

  /** The versions that a reference allows; all when it names none. */
  static VersionRange range(PartReference reference) {
    return new VersionRange(reference.version().isBlank() ? "0" : reference.version());
  }

  List<InstalledPart> all() {
    return parts.values().stream()
        .sorted(
            Comparator.comparing((InstalledPart part) -> part.description().kind())
                .thenComparing(part -> part.description().id())
                .thenComparing(BEST))
        .toList();
  }
}
