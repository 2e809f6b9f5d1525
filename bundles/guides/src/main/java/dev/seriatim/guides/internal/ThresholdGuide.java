package dev.seriatim.guides.internal;

import ai.djl.ndarray.NDArray;

/** A guide that cuts the tail of a categorical distribution at a logit. */
abstract class ThresholdGuide extends LogitsGuide {
  ThresholdGuide(String id) {
    super(id);
  }

  /**
   * The least logit that stays.
   *
   * @param logits float32 [sample, slot, codebook, vocabulary]
   * @return float32 [sample, slot, codebook, 1]
   */
  abstract NDArray threshold(NDArray logits);

  @Override
  final NDArray kept(NDArray logits) {
    return logits.gte(threshold(logits));
  }
}
