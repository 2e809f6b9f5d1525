package dev.seriatim.schedulers.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.canvas.Layout;
import dev.seriatim.api.engine.StepRandom;
import dev.seriatim.api.part.Exposure;
import dev.seriatim.api.part.Plan;
import dev.seriatim.api.part.PlanRequest;
import dev.seriatim.api.part.Scheduler;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Masked decoding by confidence (Chang et al., "MaskGIT: Masked generative image transformer",
 * 2022): every step predicts all unknown slots, the most confident stay, the others are unknown
 * again. Fewer and fewer remain, as the schedule says. What is settled at the start stays, and does
 * not count.
 *
 * @param steps in all
 * @param schedule how many slots remain unknown
 * @param temperature of the noise on confidences, in the first step; it falls to 0 in the last
 * @param annealTokens whether tokens are drawn at the temperature of the noise, too
 * @param annealSoftmax whether logits are flattened at first and sharpened at the end
 */
record MaskedConfidence(
    int steps,
    MaskSchedule schedule,
    double temperature,
    boolean annealTokens,
    boolean annealSoftmax)
    implements Scheduler {
  @Override
  public Plan plan(PlanRequest request) {
    return new MaskedConfidencePlan(this, request);
  }

  /**
   * A random set of slots is unknown: as many as the schedule says at a uniformly random time, at
   * least one.
   */
  @Override
  public Exposure expose(Layout layout, StepRandom random, NDManager scope) {
    int slots = layout.slots();
    // [sample, slot, (rank, time)]; a sample's time is its first slot's
    NDArray uniform = random.uniform(PlanRequest.FIRST_DRAW, 2);
    int samples = (int) uniform.getShape().get(0);
    float[] numbers = uniform.toFloatArray();
    uniform.close();
    float[] levels = new float[samples * slots];
    for (int sample = 0; sample < samples; sample++) {
      int first = sample * slots;
      double time = numbers[2 * first + 1];
      int masked = (int) Math.ceil(slots * schedule.masked(time));
      IntStream.range(first, first + slots)
          .boxed()
          .sorted(Comparator.comparing(cell -> numbers[2 * cell]))
          .skip(masked)
          .forEach(cell -> levels[cell] = 1);
    }
    return new Exposure(scope.create(levels, new Shape(samples, slots)), null);
  }
}
