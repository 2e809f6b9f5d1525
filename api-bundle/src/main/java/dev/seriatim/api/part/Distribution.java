package dev.seriatim.api.part;

import ai.djl.ndarray.NDArray;
import dev.seriatim.api.engine.StepRandom;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The distribution of the tokens of a step's slots, one for each (sample, slot). Immutable; what
 * bends it returns another. Arrays belong to the step's scope.
 */
@ConsumerType
public interface Distribution {
  /** Draws a token for each slot; the same random numbers give the same draw. */
  Draw draw(StepRandom random);

  /** The most probable token of each slot, or the head's best deterministic one. */
  Draw mode();

  /**
   * Log-density of tokens, in nats; for discrete tokens their log-probability.
   *
   * @param tokens int64 [sample, slot, codebook] or float32 [sample, slot, width]
   * @return float32 [sample, slot]; empty where the head has no density
   */
  Optional<NDArray> logProb(NDArray tokens);

  /**
   * This distribution guided away from another, where guidance lives: logits of a categorical head,
   * predicted noise of a diffusion head, velocity of a flow head: {@code other + scale · (this -
   * other)} (Ho and Salimans, "Classifier-free diffusion guidance", 2022). Scale 1 is this one.
   *
   * @param other of the same head and step
   */
  Distribution guided(Distribution other, double scale);

  /**
   * Sharpened (below 1) or flattened (above 1): logits divided by the temperature; for diffusion,
   * the sampler's noise multiplied by it.
   *
   * @param temperature at least 0; at 0, draws are the {@link #mode()}
   */
  Distribution tempered(double temperature);
}
