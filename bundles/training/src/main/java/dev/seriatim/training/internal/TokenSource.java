package dev.seriatim.training.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** The tokens of images, in all their shifts. */
interface TokenSource {
  /**
   * Tokens of a batch: always the same for the same batch. Engine thread.
   *
   * @param indices of the images
   * @param shifts of each
   * @return int64 [sample, slot, codebook] or float32 [sample, slot, width]
   */
  NDArray tokens(int[] indices, int[] shifts, NDManager manager);
}
