package dev.seriatim.benchmarks;

import dev.seriatim.benchmarks.Matrix.Setting;
import java.util.List;
import java.util.Map;

/** The ways of drawing that are measured. */
final class MatrixSettings {
  private MatrixSettings() {}

  static List<Setting> all() {
    return List.of(
        // One after the other
        ar("raster"),
        ar("raster, no guidance").with("cfg", "scale", 1.0),
        ar("raster, temperature 0.8").with("temperature", "value", 0.8),
        // The surest first, or at random, or one after the other by a network that sees all
        maskgit("masked.confidence", 4),
        maskgit("masked.confidence", 8),
        maskgit("masked.confidence", 12),
        maskgit("masked.confidence", 24),
        maskgit("masked.confidence", 12).named("no guidance").with("cfg", "scale", 1.0),
        Setting.of(
            "digits-maskgit", "masked.random, 12", "masked.random", Map.of("iterations", 12)),
        Setting.of(
            "digits-maskgit", "masked.random, 49", "masked.random", Map.of("iterations", 49)),
        Setting.of("digits-maskgit", "permuted", "permuted", Map.of()),
        Setting.of("digits-maskgit", "raster", "raster", Map.of()),
        // From coarse to fine
        Setting.own("digits-var", "next-scale"),
        Setting.own("digits-var", "next-scale, no guidance").with("cfg", "scale", 1.0),
        Setting.own("digits-var", "next-scale, top-k 64").with("top-k", "k", 64),
        // Vectors in random order, and how finely each is sampled
        mar("masked.random, 8", 8, 0, 0),
        mar("masked.random, 16", 16, 0, 0),
        mar("masked.random, 32", 32, 0, 0),
        mar("masked.random, 49", 49, 0, 0),
        mar("masked.random, 32, head steps 10", 32, 10, 10),
        mar("masked.random, 32, head steps 50 to 5 (DiSA)", 32, 50, 5),
        mar("masked.random, 32, no guidance", 32, 0, 0).with("cfg", "scale", 1.0),
        Setting.of("digits-mar", "raster", "raster", Map.of()),
        // Vectors from coarse to fine
        flow("next-scale", List.of()),
        flow("next-scale, head steps 5", List.of(5, 5, 5, 5)),
        flow("next-scale, head steps 10", List.of(10, 10, 10, 10)),
        flow("next-scale, head steps 25, 15, 10, 5 (DiSA)", List.of(25, 15, 10, 5)),
        flow("next-scale, no guidance", List.of()).with("cfg", "scale", 1.0));
  }

  private static Setting ar(String name) {
    return Setting.own("digits-ar", name);
  }

  private static Setting maskgit(String scheduler, int steps) {
    return Setting.of(
        "digits-maskgit", scheduler + ", " + steps, scheduler, Map.of("steps", steps));
  }

  private static Setting mar(String name, int iterations, int headStepsFirst, int headStepsLast) {
    return Setting.of(
        "digits-mar",
        name,
        "masked.random",
        Map.of(
            "iterations", iterations,
            "head-steps-first", headStepsFirst,
            "head-steps-last", headStepsLast));
  }

  private static Setting flow(String name, List<Integer> headSteps) {
    return Setting.of("digits-flow", name, "next-scale", Map.of("head-steps", headSteps));
  }
}
