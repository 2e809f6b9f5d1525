package dev.seriatim.api.part;

import ai.djl.ndarray.NDArray;
import dev.seriatim.api.engine.StepRandom;
import org.osgi.annotation.versioning.ConsumerType;

/** Turns hidden states into the distribution of a slot's token. */
@ConsumerType
public interface Head extends Part {
  /**
   * The distribution of each slot's token.
   *
   * @param hidden float32 [sample, slot, width]; results are attached to its manager
   * @param step with the scheduler's knobs, for example {@link Knobs#HEAD_STEPS}
   */
  Distribution distribution(NDArray hidden, Step step);

  /**
   * The training loss.
   *
   * @param hidden float32 [sample, slot, width]
   * @param tokens int64 [sample, slot, codebook] or float32 [sample, slot, token width]
   * @param weight float32 [sample, slot], how much each slot counts; null when all count alike
   * @param random numbers for what the loss draws itself (noise, diffusion time); a categorical
   *     loss draws nothing
   * @return float32 scalar, the weighted mean over slots, in nats where the head has a likelihood
   */
  NDArray loss(NDArray hidden, NDArray tokens, NDArray weight, StepRandom random);
}
