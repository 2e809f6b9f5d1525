package dev.seriatim.benchmarks;

import dev.seriatim.api.generation.GenerationRequest;
import dev.seriatim.api.generation.GenerationResult;
import dev.seriatim.api.generation.Generator;
import dev.seriatim.api.generation.PartChoice;
import dev.seriatim.launcher.Seriatim;
import java.nio.file.Path;
import java.util.Map;

/** The shipped digits model in the whole system: bundles, wiring, loop, guidance, decoding. */
final class Digits {
  private static final int ROUNDS = 7;

  private Digits() {}

  static void measure() {
    Path home = Path.of(System.getProperty("seriatim.home"));
    System.out.println("## digits-ar in the framework");
    System.out.println();
    System.out.println("| samples per request | guidance | samples/s | ms per step |");
    System.out.println("|---|---|---|---|");
    try (Seriatim seriatim =
        Seriatim.builder()
            .bundles(home.resolve("bundles"))
            .models(home.resolve("models"))
            .start()) {
      Generator generator = seriatim.generator("digits-ar");
      for (int samples : new int[] {1, 16, 64}) {
        for (double guidance : new double[] {1, 1.5}) {
          double[] seconds = new double[ROUNDS];
          double[] steps = new double[ROUNDS];
          for (int round = -2; round < ROUNDS; round++) { // two rounds warm up
            GenerationResult result =
                generator.generate(
                    GenerationRequest.of(generator.model().conditions().label("7"), samples)
                        .withSeed(round + 3)
                        .withGuide(new PartChoice("cfg", "", Map.of("scale", guidance))));
            if (round >= 0) {
              seconds[round] = result.statistics().seconds();
              steps[round] = result.statistics().stepSeconds() / result.statistics().steps();
            }
          }
          System.out.printf(
              "| %d | %s | %.1f | %.2f |%n",
              samples,
              guidance == 1 ? "none" : "scale " + guidance,
              samples / Median.of(seconds),
              Median.of(steps) * 1e3);
        }
      }
    }
    System.out.println();
  }
}
