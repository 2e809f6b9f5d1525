package dev.seriatim.family.maskgit.internal;

import dev.seriatim.api.model.PartReference;
import dev.seriatim.importing.OfficialConfig;
import java.util.List;
import java.util.Map;

/**
 * The arguments of the official {@code generate}, with its defaults.
 *
 * @param guide classifier-free guidance
 * @param temperature of the noise on tokens and confidences, in the first step
 * @param steps in all
 * @param annealSoftmax whether logits are flattened at first and sharpened at the end
 */
record Sampling(PartReference guide, double temperature, int steps, boolean annealSoftmax) {
  /**
   * Reads the arguments.
   *
   * @param stepsKey name of the number of steps
   */
  static Sampling of(OfficialConfig values, String stepsKey) {
    return new Sampling(
        guide(values),
        values.number("randomize_temperature", 4.5),
        values.integer(stepsKey, 8),
        values.flag("softmax_temperature_annealing", false));
  }

  /** The official scale counts from the conditional logits, except in the power-cosine schedule. */
  private static PartReference guide(OfficialConfig values) {
    double scale = values.number("guidance_scale", 3);
    double power = values.number("guidance_scale_pow", 3);
    String decay = values.text("guidance_decay", "constant");
    return switch (decay) {
      case "constant", "linear" -> guide(1 + scale, decay, 1);
      case "power-cosine" -> guide(scale, decay, power);
      default -> throw values.refuse("guidance_decay", "constant, linear or power-cosine", decay);
    };
  }

  private static PartReference guide(double scale, String schedule, double power) {
    return PartReference.of(
        "cfg", "[1.1,2)", Map.of("scale", scale, "schedule", schedule, "power", power));
  }

  PartReference scheduler() {
    return PartReference.of(
        "masked.confidence",
        "[1.0,2)",
        Map.of(
            "steps", steps,
            "schedule", "arccos",
            "temperature", temperature,
            "token-temperature", "annealed",
            "softmax-annealing", annealSoftmax));
  }

  List<PartReference> guides() {
    return List.of(guide, PartReference.of("temperature", "[1.0,2)", Map.of("value", 1)));
  }

  /** The share of the path that a step leads to. */
  private double ratio(int step) {
    return (step + 1.0) / steps;
  }

  /** The temperature of a step's noise. */
  double noise(int step) {
    return temperature * (1 - ratio(step));
  }

  /** What a step's logits are divided by. */
  double softmax(int step) {
    return annealSoftmax ? 0.5 + 0.8 * (1 - ratio(step)) : 1;
  }
}
