package dev.seriatim.model.packaging;

import java.util.stream.Collectors;

/**
 * What the manifest of a model bundle states, computed from its {@code model.json}:
 *
 * <pre>
 * Provide-Capability: seriatim.model;name=digits-ar;version:Version="1.0.0"
 * Require-Capability: seriatim.part;
 *   filter:="(&amp;(kind=head)(id=categorical)(version&gt;=1.0.0)(!(version&gt;=2.0.0)))", …
 * </pre>
 *
 * @param name of the model
 * @param version of the model
 * @param provided value of {@code Provide-Capability}
 * @param required value of {@code Require-Capability}
 */
public record ModelHeaders(String name, String version, String provided, String required) {

  static final String MODEL_NAMESPACE = "seriatim.model";
  static final String PART_NAMESPACE = "seriatim.part";

  /**
   * Computes the headers of a descriptor.
   *
   * @param json its text
   * @throws MalformedDescriptorException naming the key, what was expected and what was found
   */
  public static ModelHeaders of(String json) throws MalformedDescriptorException {
    ModelDescriptor model = ModelDescriptor.parse(json);
    return new ModelHeaders(
        model.name(),
        model.version().toString(),
        "%s;name=%s;version:Version=\"%s\""
            .formatted(MODEL_NAMESPACE, model.name(), model.version()),
        model.parts().stream()
            .map(ModelHeaders::requirement)
            .distinct()
            .collect(Collectors.joining(",")));
  }

  private static String requirement(ModelDescriptor.Part part) {
    String range = part.version().toFilterString("version");
    if (range.startsWith("(&")) { // it goes into an outer (&…) of its own
      range = range.substring(2, range.length() - 1);
    }
    return "%s;filter:=\"(&(kind=%s)(id=%s)%s)\";effective:=resolve"
        .formatted(PART_NAMESPACE, part.kind(), part.id(), range);
  }
}
