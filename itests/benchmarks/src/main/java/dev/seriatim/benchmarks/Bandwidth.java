package dev.seriatim.benchmarks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.engine.Scope;

/** How fast this machine reads memory: the sum over an array far larger than any cache. */
final class Bandwidth {
  private static final long FLOATS = 128L << 20;
  private static final int ROUNDS = 9;

  private Bandwidth() {}

  /** Bytes per second, the median of some rounds. */
  static double measure(Engine engine) throws Exception {
    return engine.call(
        () -> {
          try (Scope scope = engine.scope("bandwidth")) {
            NDArray array = scope.manager().ones(new Shape(FLOATS));
            double[] rates = new double[ROUNDS];
            for (int round = 0; round < ROUNDS; round++) {
              long start = System.nanoTime();
              array.sum().close();
              rates[round] = FLOATS * 4 / ((System.nanoTime() - start) * 1e-9);
            }
            return Median.of(rates);
          }
        });
  }
}
