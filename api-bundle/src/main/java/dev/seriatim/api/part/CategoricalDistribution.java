package dev.seriatim.api.part;

import ai.djl.ndarray.NDArray;
import org.osgi.annotation.versioning.ConsumerType;

/** A distribution given by logits, open to guides that bend them. */
@ConsumerType
public interface CategoricalDistribution extends Distribution {
  /** Unnormalised log-probabilities, float32 [sample, slot, codebook, vocabulary]; do not write. */
  NDArray logits();

  /**
   * The same with other logits; negative infinity forbids a token.
   *
   * @param logits float32 [sample, slot, codebook, vocabulary]
   */
  CategoricalDistribution withLogits(NDArray logits);
}
