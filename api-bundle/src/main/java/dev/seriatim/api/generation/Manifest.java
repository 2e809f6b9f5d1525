package dev.seriatim.api.generation;

import java.util.List;
import java.util.Map;

/**
 * All that it takes to draw a result again, and to tell whether it came out the same.
 *
 * @param model its name
 * @param modelVersion its version
 * @param parts in use, with their configuration
 * @param weights SHA-256 of each weight file by path
 * @param engine the engine's description
 * @param conditions one per sample, as a user writes them: {@code label=7}, {@code none}
 * @param seed of the random streams
 * @param firstSample number of the first sample
 * @param mode whether tokens were the most probable ones
 * @param tokens SHA-256 of the tokens in the canvas
 */
public record Manifest(
    String model,
    String modelVersion,
    List<PartUse> parts,
    Map<String, String> weights,
    String engine,
    List<String> conditions,
    long seed,
    long firstSample,
    boolean mode,
    String tokens) {
  /**
   * A part in use.
   *
   * @param kind of part
   * @param id of the part
   * @param version of the part
   * @param bundle symbolic name and version of its bundle
   * @param config the complete configuration
   */
  public record PartUse(
      String kind, String id, String version, String bundle, Map<String, Object> config) {}
}
