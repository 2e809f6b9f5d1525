package dev.seriatim.schedulers.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.canvas.Layout;
import dev.seriatim.api.engine.StepRandom;
import dev.seriatim.api.part.Exposure;
import dev.seriatim.api.part.PlanRequest;

/**
 * What masked diffusion shows in training: every slot is unknown with the probability of its time
 * t, and then counts 1 / t, so that the mean over all slots is a bound on the likelihood (Sahoo et
 * al., "Simple and effective masked diffusion language models", 2024).
 */
final class TimedMasks {
  private TimedMasks() {}

  /** The time of a slot. */
  @FunctionalInterface
  interface Times {
    /** A time, above 0 to 1. */
    double at(Uniform uniform, int sample, int slot);
  }

  /**
   * Uniform numbers, one for each (sample, slot).
   *
   * @param samples in the batch
   * @param slots of the layout
   * @param numbers [sample, slot, (rank, time)]
   */
  record Uniform(int samples, int slots, float[] numbers) {
    /** The number of a slot, in [0, 1). */
    double at(int sample, int slot) {
      return numbers[2 * (sample * slots + slot) + 1];
    }
  }

  /**
   * Draws what is shown.
   *
   * @param random numbers for every sample and every slot of the layout
   * @param scope owns the result
   */
  static Exposure expose(Layout layout, StepRandom random, NDManager scope, Times times) {
    int slots = layout.slots();
    NDArray drawn = random.uniform(PlanRequest.FIRST_DRAW, 2);
    int samples = (int) drawn.getShape().get(0);
    float[] numbers = drawn.toFloatArray();
    drawn.close();
    Uniform uniform = new Uniform(samples, slots, numbers);
    float[] levels = new float[samples * slots];
    float[] weights = new float[levels.length];
    for (int cell = 0; cell < levels.length; cell++) {
      double time = times.at(uniform, cell / slots, cell % slots);
      boolean masked = numbers[2 * cell] < time;
      levels[cell] = masked ? 0 : 1;
      weights[cell] = masked ? (float) (1 / time) : 0;
    }
    Shape shape = new Shape(samples, slots);
    return new Exposure(scope.create(levels, shape), null, scope.create(weights, shape));
  }
}
