package dev.seriatim.training.internal;

import dev.seriatim.api.media.Images;
import dev.seriatim.api.training.ImageDataSet;

/**
 * Images of a split, each moved by a whole number of pixels; what comes in from outside is dark.
 *
 * @param set the data set
 * @param split of it
 * @param shift most pixels in each direction
 */
record ImageSource(ImageDataSet set, ImageDataSet.Split split, int shift) {
  /** Number of ways in which an image can be moved. */
  int shifts() {
    return (2 * shift + 1) * (2 * shift + 1);
  }

  /** The shift that leaves an image where it is. */
  int unmoved() {
    return shifts() / 2;
  }

  /**
   * A batch.
   *
   * @param indices of the images
   * @param shifts of each, from 0 to {@link #shifts()} - 1, row by row
   */
  Images images(int[] indices, int[] shifts) {
    int height = set.height();
    int width = set.width();
    int size = set.channels() * height * width;
    float[] pixels = new float[indices.length * size];
    float[] one = new float[size];
    for (int i = 0; i < indices.length; i++) {
      if (shifts[i] == unmoved()) {
        split.read(indices[i], pixels, i * size);
        continue;
      }
      split.read(indices[i], one, 0);
      int down = shifts[i] / (2 * shift + 1) - shift;
      int right = shifts[i] % (2 * shift + 1) - shift;
      int first = Math.max(0, right);
      int count = width - Math.abs(right);
      for (int line = 0; line < set.channels() * height; line++) {
        int row = line % height - down;
        if (row >= 0 && row < height && count > 0) {
          int from = (line - down) * width + first - right;
          System.arraycopy(one, from, pixels, i * size + line * width + first, count);
        }
      }
    }
    return new Images(indices.length, set.channels(), height, width, pixels);
  }

  /** A run of images where they are. */
  Images range(int first, int end) {
    int[] indices = new int[end - first];
    for (int i = 0; i < indices.length; i++) {
      indices[i] = first + i;
    }
    return split.images(indices);
  }
}
