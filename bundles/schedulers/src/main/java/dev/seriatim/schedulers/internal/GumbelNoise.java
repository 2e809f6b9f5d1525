package dev.seriatim.schedulers.internal;

import ai.djl.ndarray.NDArray;

/** Noise that turns ranking into drawing without replacement. */
final class GumbelNoise {
  private GumbelNoise() {}

  /** Standard Gumbel numbers from uniform ones, of the same shape and owner. */
  static NDArray of(NDArray uniform) {
    return uniform.maximum(1e-20f).log().neg().maximum(1e-20f).log().neg();
  }
}
