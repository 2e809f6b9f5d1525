package dev.seriatim.kernels;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** Copies of what a context keeps, for a fork. */
final class Copies {
  private Copies() {}

  /** An independent copy that the scope owns; null of null. */
  static NDArray of(NDArray array, NDManager scope) {
    if (array == null) {
      return null;
    }
    NDArray copy = array.duplicate();
    copy.attach(scope);
    return copy;
  }
}
