package dev.seriatim.schedulers.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import dev.seriatim.api.part.CategoricalDistribution;
import dev.seriatim.api.part.Distribution;
import java.util.Arrays;

/**
 * The distributions of a diffusion over masks, made of what a slot holds when it is not masked.
 *
 * @param mask id that stands for an unknown slot
 */
record MaskDraw(int mask) {
  /** What a slot holds that settles: anything but the mask. */
  CategoricalDistribution settling(Distribution distribution) {
    NDArray logits = Sureness.logits(BlockDiffusionFactory.ID, distribution);
    float[] bias = new float[(int) logits.getShape().get(3)];
    bias[mask] = Float.NEGATIVE_INFINITY;
    return ((CategoricalDistribution) distribution)
        .withLogits(logits.add(logits.getManager().create(bias)));
  }

  /**
   * What a slot holds that stays the mask with a probability.
   *
   * @param staying from 0 to below 1
   */
  CategoricalDistribution staying(Distribution distribution, double staying) {
    CategoricalDistribution settling = settling(distribution);
    NDArray logProb = settling.logits().logSoftmax(-1).add((float) Math.log1p(-staying));
    float[] mass = new float[(int) logProb.getShape().get(3)];
    Arrays.fill(mass, Float.NEGATIVE_INFINITY);
    mass[mask] = (float) Math.log(staying);
    return settling.withLogits(NDArrays.maximum(logProb, logProb.getManager().create(mass)));
  }
}
