package dev.seriatim.runtime.internal.assembly;

import dev.seriatim.api.model.PartDescription;
import dev.seriatim.api.part.PartException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Parts fit together when, for every attribute ({@code tokens}, {@code orders}), those of them that
 * declare it have a value in common.
 */
final class FitRule {
  private FitRule() {}

  /**
   * Checks parts of one model.
   *
   * @throws PartException naming the two parts that do not fit, and what each of them declares
   */
  static void check(List<PartDescription> parts) {
    Set<String> attributes = new TreeSet<>();
    parts.forEach(part -> attributes.addAll(part.attributes().keySet()));
    attributes.forEach(attribute -> check(attribute, parts));
  }

  private static void check(String attribute, List<PartDescription> parts) {
    List<PartDescription> before = new ArrayList<>();
    Set<String> common = null;
    for (PartDescription part : parts) {
      List<String> values = part.attributes().get(attribute);
      if (values == null) {
        continue;
      }
      Set<String> left = new LinkedHashSet<>(common == null ? values : common);
      left.retainAll(values);
      if (left.isEmpty()) {
        throw new PartException(reason(attribute, part, before));
      }
      common = left;
      before.add(part);
    }
  }

  private static String reason(
      String attribute, PartDescription part, List<PartDescription> before) {
    // Most often one part alone contradicts; else it takes several, and the first is named.
    PartDescription other =
        before.stream().filter(b -> !share(attribute, b, part)).findFirst().orElse(before.get(0));
    return "%s does not fit %s: %s: %s against %s"
        .formatted(
            name(part), name(other), attribute, values(attribute, part), values(attribute, other));
  }

  private static boolean share(String attribute, PartDescription a, PartDescription b) {
    return a.attributes().get(attribute).stream().anyMatch(b.attributes().get(attribute)::contains);
  }

  private static String values(String attribute, PartDescription part) {
    return String.join(" or ", part.attributes().get(attribute));
  }

  private static String name(PartDescription part) {
    return part.kind() + " " + part.id() + " " + part.version();
  }
}
