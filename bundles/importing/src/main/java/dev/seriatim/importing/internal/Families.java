package dev.seriatim.importing.internal;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.verification.Family;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** The families that are there now, each under the one or several ids of its service. */
@Component(service = Families.class)
public final class Families {
  private final Map<Family, List<String>> families = new ConcurrentHashMap<>();

  @Reference(
      name = "families",
      service = Family.class,
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void add(Family family, Map<String, Object> properties) {
    Object ids = properties.get(Family.ID);
    if (ids instanceof String[] several) {
      families.put(family, List.of(several));
    } else {
      families.put(family, List.of(ids instanceof String one ? one : family.id()));
    }
  }

  void remove(Family family) {
    families.remove(family);
  }

  /** Their ids, sorted. */
  List<String> ids() {
    TreeSet<String> ids = new TreeSet<>();
    families.values().forEach(ids::addAll);
    return List.copyOf(ids);
  }

  /**
   * The family of an id.
   *
   * @throws SeriatimException when there is none; names those there are
   */
  Family get(String id) {
    return families.entrySet().stream()
        .filter(entry -> entry.getValue().contains(id))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow(
            () ->
                new SeriatimException(
                    "family: expected one of "
                        + (ids().isEmpty() ? "those installed (none is)" : String.join(", ", ids()))
                        + ", found '"
                        + id
                        + "'"));
  }
}
