package dev.seriatim.api.model;

import java.util.List;
import java.util.Map;

/**
 * A part that is available.
 *
 * @param kind tokenizer, backbone, head, scheduler, guide, family
 * @param id of the part
 * @param version of the part
 * @param bundle symbolic name and version of the bundle it comes from
 * @param attributes that decide fit, for example {@code tokens} → {@code [discrete]}
 * @param keys of its configuration
 */
public record PartDescription(
    String kind,
    String id,
    String version,
    String bundle,
    Map<String, List<String>> attributes,
    List<Key> keys) {
  /**
   * A configuration key.
   *
   * @param name kebab-case
   * @param type as a reader knows it: integer, number, boolean, text, list, …
   * @param defaultValue as JSON; empty when required
   * @param meaning one phrase
   */
  public record Key(String name, String type, String defaultValue, String meaning) {}
}
