package dev.seriatim.training.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.media.Images;

/**
 * Host arrays to the device, into memory of the engine's own: it is aligned the same way every
 * time, and what a matrix product rounds to depends on that.
 */
final class Uploads {
  private Uploads() {}

  /** float32 [sample, channel, row, column]. */
  static NDArray of(Images images, NDManager manager) {
    Shape shape = new Shape(images.samples(), images.channels(), images.height(), images.width());
    try (NDArray host = manager.create(images.pixels(), shape)) {
      return host.duplicate();
    }
  }

  /** int64. */
  static NDArray of(long[] values, NDManager manager, long... shape) {
    try (NDArray host = manager.create(values, new Shape(shape))) {
      return host.duplicate();
    }
  }

  /** float32. */
  static NDArray of(float[] values, NDManager manager, long... shape) {
    try (NDArray host = manager.create(values, new Shape(shape))) {
      return host.duplicate();
    }
  }
}
