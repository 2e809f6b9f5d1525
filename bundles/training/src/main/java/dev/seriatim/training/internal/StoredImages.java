package dev.seriatim.training.internal;

import dev.seriatim.api.media.Images;
import dev.seriatim.api.training.ImageDataSet;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Images in memory, a byte per number: a quarter of what floats take, and exact for 8-bit images.
 *
 * @param shape of the images as they are read
 * @param pad dark pixels that are added on each side as an image is read
 * @param bytes [image, channel, row, column] without the pad, 0 to 255
 * @param labels of the images; -1 for none
 * @param captions of the images; empty when there are none
 */
record StoredImages(ImageShape shape, int pad, byte[] bytes, int[] labels, List<String> captions)
    implements ImageDataSet.Split {

  @Override
  public int size() {
    return labels.length;
  }

  @Override
  public void read(int index, float[] pixels, int offset) {
    Objects.checkIndex(index, size());
    Objects.checkFromIndexSize(offset, shape.size(), pixels.length);
    int rows = shape.height() - 2 * pad;
    int columns = shape.width() - 2 * pad;
    Arrays.fill(pixels, offset, offset + shape.size(), 0f);
    int from = index * shape.channels() * rows * columns;
    for (int channel = 0; channel < shape.channels(); channel++) {
      for (int row = 0; row < rows; row++) {
        int to = offset + (channel * shape.height() + row + pad) * shape.width() + pad;
        for (int column = 0; column < columns; column++) {
          pixels[to + column] = (bytes[from++] & 0xff) / 255f;
        }
      }
    }
  }

  @Override
  public int label(int index) {
    return labels[index];
  }

  @Override
  public String caption(int index) {
    Objects.checkIndex(index, size());
    return captions.isEmpty() ? "" : captions.get(index);
  }

  @Override
  public Images images(int... indices) {
    float[] pixels = new float[indices.length * shape.size()];
    for (int i = 0; i < indices.length; i++) {
      read(indices[i], pixels, i * shape.size());
    }
    return new Images(indices.length, shape.channels(), shape.height(), shape.width(), pixels);
  }
}
