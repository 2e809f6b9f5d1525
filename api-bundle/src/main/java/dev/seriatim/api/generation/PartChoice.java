package dev.seriatim.api.generation;

import java.util.Map;

/**
 * A request's own choice of a part.
 *
 * @param id of the part
 * @param version range in OSGi syntax; empty for any
 * @param config values by kebab-case key, over those of the model where it uses the same part
 */
public record PartChoice(String id, String version, Map<String, Object> config) {
  /** Copies the map. */
  public PartChoice {
    config = Map.copyOf(config);
  }
}
