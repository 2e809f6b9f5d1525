package dev.seriatim.api.model;

import java.util.Map;

/**
 * A part as a model names it.
 *
 * @param id of the part
 * @param version range, in OSGi syntax, for example {@code [1.0,2)}
 * @param config values by kebab-case key, as read from JSON
 * @param weights file of the model bundle that holds its weights; null for a part without
 * @param prefix of its names in that file; empty for none
 */
public record PartReference(
    String id, String version, Map<String, Object> config, String weights, String prefix) {
  /** A part without weights. */
  public static PartReference of(String id, String version, Map<String, Object> config) {
    return new PartReference(id, version, config, null, "");
  }
}
