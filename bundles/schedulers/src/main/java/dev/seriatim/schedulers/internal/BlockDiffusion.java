package dev.seriatim.schedulers.internal;

import ai.djl.ndarray.NDManager;
import dev.seriatim.api.canvas.Layout;
import dev.seriatim.api.engine.StepRandom;
import dev.seriatim.api.part.Exposure;
import dev.seriatim.api.part.Plan;
import dev.seriatim.api.part.PlanRequest;
import dev.seriatim.api.part.Scheduler;

/**
 * Block diffusion (Arriola et al., "Block diffusion: interpolating between autoregressive and
 * diffusion language models", 2025): blocks of slots from slot 0 on, one after the other, each by
 * masked diffusion. All samples are at the same block.
 *
 * @param blockLength slots of a block; the last one may be shorter
 * @param steps of a block at most, by ancestral sampling; 0 for first-hitting sampling
 * @param mask id that stands for an unknown slot
 * @param leastTime of a block in training, above 0
 * @param largestTime of a block in training, up to 1
 */
record BlockDiffusion(int blockLength, int steps, int mask, double leastTime, double largestTime)
    implements Scheduler {
  @Override
  public Plan plan(PlanRequest request) {
    return steps == 0 ? new FirstHittingPlan(this, request) : new AncestralPlan(this);
  }

  /** Every block has a time of its own, uniform in the configured range (section 5.2). */
  @Override
  public Exposure expose(Layout layout, StepRandom random, NDManager scope) {
    return TimedMasks.expose(
        layout,
        random,
        scope,
        (uniform, sample, slot) -> {
          double number = uniform.at(sample, slot / blockLength * blockLength);
          return leastTime + (largestTime - leastTime) * number;
        });
  }
}
