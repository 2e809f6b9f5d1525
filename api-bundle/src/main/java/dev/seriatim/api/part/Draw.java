package dev.seriatim.api.part;

import ai.djl.ndarray.NDArray;

/**
 * What was drawn for a step's slots.
 *
 * @param tokens int64 [sample, slot, codebook] or float32 [sample, slot, width]
 * @param logProb float32 [sample, slot], log-density of each token; null where there is none
 * @param confidence float32 [sample, slot], how sure the head is of each token: by this, masked
 *     schedulers choose what stays; null where {@code logProb} says it
 * @param feedback float32 [sample, slot, any], soft information for the next step's input; null for
 *     none
 */
public record Draw(NDArray tokens, NDArray logProb, NDArray confidence, NDArray feedback) {
  /** A draw with its log-density and no feedback. */
  public static Draw of(NDArray tokens, NDArray logProb) {
    return new Draw(tokens, logProb, null, null);
  }
}
