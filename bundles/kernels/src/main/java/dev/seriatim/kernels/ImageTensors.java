package dev.seriatim.kernels;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.media.Images;
import dev.seriatim.api.media.Media;
import dev.seriatim.api.part.PartException;

/** Images as tensors: what a tokenizer of images does at its edges. Engine thread. */
public final class ImageTensors {
  private ImageTensors() {}

  /**
   * Media as the images that a part takes.
   *
   * @param part for messages
   * @param channels of the images
   * @throws PartException when they are of the wrong kind or size: key {@code media}
   */
  public static Images require(String part, Media media, int channels, int height, int width) {
    if (media instanceof Images images
        && images.channels() == channels
        && images.height() == height
        && images.width() == width) {
      return images;
    }
    String expected = "images of " + channels + "×" + height + "×" + width;
    throw PartException.of(part, "media", expected, String.valueOf(media));
  }

  /** float32 [sample, channel, row, column], 0 to 1. */
  public static NDArray upload(Images images, NDManager scope) {
    return scope.create(
        images.pixels(),
        new Shape(images.samples(), images.channels(), images.height(), images.width()));
  }

  /**
   * Images from a tensor.
   *
   * @param pixels float32 [sample, channel, row, column], 0 to 1
   */
  public static Images download(NDArray pixels) {
    long[] shape = pixels.getShape().getShape();
    return new Images(
        (int) shape[0], (int) shape[1], (int) shape[2], (int) shape[3], pixels.toFloatArray());
  }

  /** All images of the first, then all of the second, which have the same size. */
  public static Images join(Images first, Images second) {
    int count = first.pixels().length;
    float[] both = new float[count + second.pixels().length];
    System.arraycopy(first.pixels(), 0, both, 0, count);
    System.arraycopy(second.pixels(), 0, both, count, second.pixels().length);
    return new Images(
        first.samples() + second.samples(), first.channels(), first.height(), first.width(), both);
  }

  /**
   * 8-bit levels as most image code of Python makes them: cut off, not rounded.
   *
   * @param pixels float32 [sample, channel, row, column]; clipped to 0 to 1
   * @return int64 [sample, row, column, channel], 0 to 255
   */
  public static NDArray truncated(NDArray pixels) {
    return pixels.clip(0, 1).mul(255).toType(DataType.INT64, false).transpose(0, 2, 3, 1);
  }
}
