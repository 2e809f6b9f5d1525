package dev.seriatim.cli;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.media.Images;
import dev.seriatim.api.media.Media;
import java.awt.image.BufferedImage;
import java.awt.image.WritableRaster;

/**
 * How images are laid out in a picture: in rows, enlarged by a whole factor, with a gap between
 * them.
 *
 * @param columns images in a row
 * @param scale pixels of the picture per pixel of an image, along each side
 * @param gap pixels of the picture between two images
 */
record ImageGrid(int columns, int scale, int gap) {
  /** Small images are enlarged until a side is about so many pixels long. */
  private static final int COMFORTABLE = 112;

  private static final int GAP_GREY = 96;

  /** Checks the numbers. */
  ImageGrid {
    require("columns", columns, 1);
    require("scale", scale, 1);
    require("gap", gap, 0);
  }

  private static void require(String name, int value, int least) {
    if (value < least) {
      throw new SeriatimException(name + ": expected at least " + least + ", found " + value);
    }
  }

  /**
   * A layout for images, in rows nearest to a square.
   *
   * @param columns images in a row; 0 to choose
   * @param scale factor; 0 to choose
   */
  static ImageGrid of(Images images, int columns, int scale) {
    int side = Math.max(images.height(), images.width());
    int factor = scale != 0 ? scale : Math.max(1, COMFORTABLE / side);
    int inRow = columns != 0 ? columns : squarest(images.samples());
    return new ImageGrid(Math.min(inRow, images.samples()), factor, Math.max(2, factor / 2));
  }

  /** The whole rows nearest to a square; a ragged last row only where there is no other way. */
  private static int squarest(int samples) {
    int root = (int) Math.ceil(Math.sqrt(samples));
    for (int columns = root; columns <= 2 * root && columns <= samples; columns++) {
      if (samples % columns == 0) {
        return columns;
      }
    }
    return root;
  }

  /** The images among the media that can be shown in a picture. */
  static Images images(Media media) {
    if (media instanceof Images images) {
      return images;
    }
    throw new SeriatimException(
        "output: expected a model of images, found one of " + media.getClass().getSimpleName());
  }

  /** Draws all images. */
  BufferedImage draw(Images images) {
    int rows = (images.samples() + columns - 1) / columns;
    int width = extent(columns, images.width());
    int height = extent(rows, images.height());
    BufferedImage picture =
        new BufferedImage(
            width,
            height,
            images.channels() == 1 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB);
    WritableRaster raster = picture.getRaster();
    int bands = raster.getNumBands();
    int[] line = new int[width * bands];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int band = 0; band < bands; band++) {
          line[x * bands + band] = value(images, rows, y, x, Math.min(band, images.channels() - 1));
        }
      }
      raster.setPixels(0, y, width, 1, line);
    }
    return picture;
  }

  private int extent(int count, int size) {
    return count * size * scale + (count - 1) * gap;
  }

  /** Value of a pixel of the picture, 0 to 255. */
  private int value(Images images, int rows, int y, int x, int channel) {
    int row = y / (images.height() * scale + gap);
    int column = x / (images.width() * scale + gap);
    int insideY = y % (images.height() * scale + gap) / scale;
    int insideX = x % (images.width() * scale + gap) / scale;
    int sample = row * columns + column;
    if (row >= rows
        || sample >= images.samples()
        || insideY >= images.height()
        || insideX >= images.width()) {
      return GAP_GREY;
    }
    float bright = images.pixel(sample, channel, insideY, insideX);
    return Math.round(Math.min(1f, Math.max(0f, bright)) * 255);
  }
}
