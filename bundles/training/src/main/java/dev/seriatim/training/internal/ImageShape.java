package dev.seriatim.training.internal;

/**
 * Size of an image.
 *
 * @param channels 1 or 3
 * @param height in pixels
 * @param width in pixels
 */
record ImageShape(int channels, int height, int width) {
  /** Numbers per image. */
  int size() {
    return channels * height * width;
  }
}
