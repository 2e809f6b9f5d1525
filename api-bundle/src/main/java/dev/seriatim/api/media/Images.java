package dev.seriatim.api.media;

import java.util.Arrays;
import java.util.Objects;

/**
 * Images of one size.
 *
 * @param samples at least 0
 * @param channels 1 (grey) or 3 (red, green, blue)
 * @param height in pixels
 * @param width in pixels
 * @param pixels float32 [sample, channel, row, column], row-major, 0 (dark) to 1 (bright); not
 *     copied
 */
public record Images(int samples, int channels, int height, int width, float[] pixels)
    implements Media {
  /** Checks the size. */
  public Images {
    long expected = (long) samples * channels * height * width;
    if (pixels.length != expected) {
      throw new IllegalArgumentException(
          "pixels: expected " + expected + " numbers, found " + pixels.length);
    }
  }

  /** Numbers per image. */
  public int imageSize() {
    return channels * height * width;
  }

  /** One pixel. */
  public float pixel(int sample, int channel, int row, int column) {
    return pixels[((sample * channels + channel) * height + row) * width + column];
  }

  /** A run of images, as a copy. */
  public Images range(int first, int end) {
    Objects.checkFromToIndex(first, end, samples);
    return new Images(
        end - first,
        channels,
        height,
        width,
        Arrays.copyOfRange(pixels, first * imageSize(), end * imageSize()));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Images i
        && samples == i.samples
        && channels == i.channels
        && height == i.height
        && width == i.width
        && Arrays.equals(pixels, i.pixels);
  }

  @Override
  public int hashCode() {
    return Objects.hash(samples, channels, height, width, Arrays.hashCode(pixels));
  }

  @Override
  public String toString() {
    return "Images[" + samples + "×" + channels + "×" + height + "×" + width + "]";
  }
}
