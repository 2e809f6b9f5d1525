package dev.seriatim.cli;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.media.Images;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** Pictures in files, as images that a tokenizer takes. */
final class Pictures {
  private Pictures() {}

  /** A picture that was read. */
  record Source(BufferedImage picture) {
    /** Width and height, as people write them. */
    String size() {
      return picture.getWidth() + "×" + picture.getHeight();
    }

    /**
     * The picture in a given size: its middle, cut to the same proportions, scaled; grey for one
     * channel.
     */
    Images fit(int channels, int height, int width) {
      BufferedImage scaled = scale(crop(height, width), height, width);
      float[] pixels = new float[channels * height * width];
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          int rgb = scaled.getRGB(x, y);
          float red = (rgb >> 16 & 255) / 255f;
          float green = (rgb >> 8 & 255) / 255f;
          float blue = (rgb & 255) / 255f;
          int at = y * width + x;
          if (channels == 1) {
            // ITU-R BT.601 luma
            pixels[at] = 0.299f * red + 0.587f * green + 0.114f * blue;
          } else {
            pixels[at] = red;
            pixels[height * width + at] = green;
            pixels[2 * height * width + at] = blue;
          }
        }
      }
      return new Images(1, channels, height, width, pixels);
    }

    /**
     * Where the picture is white, in the middle that {@link #fit} keeps.
     *
     * @return [row][column], in the picture's own resolution
     */
    boolean[][] white(int height, int width) {
      BufferedImage kept = crop(height, width);
      boolean[][] white = new boolean[kept.getHeight()][kept.getWidth()];
      for (int y = 0; y < white.length; y++) {
        for (int x = 0; x < white[y].length; x++) {
          int rgb = kept.getRGB(x, y);
          int sum = (rgb >> 16 & 255) + (rgb >> 8 & 255) + (rgb & 255);
          white[y][x] = sum >= 3 * 128;
        }
      }
      return white;
    }

    private BufferedImage crop(int height, int width) {
      int w = picture.getWidth();
      int h = picture.getHeight();
      int keptWidth = (int) Math.min(w, Math.max(1, Math.round((double) h * width / height)));
      int keptHeight = (int) Math.min(h, Math.max(1, Math.round((double) w * height / width)));
      return picture.getSubimage((w - keptWidth) / 2, (h - keptHeight) / 2, keptWidth, keptHeight);
    }

    /** Halves until near the size, so that no pixel is left out, then interpolates. */
    private static BufferedImage scale(BufferedImage from, int height, int width) {
      BufferedImage now = from;
      int w = from.getWidth();
      int h = from.getHeight();
      do {
        w = Math.max(width, Math.min(w, (w + 1) / 2));
        h = Math.max(height, Math.min(h, (h + 1) / 2));
        now = draw(now, h, w);
      } while (w != width || h != height);
      return now;
    }

    private static BufferedImage draw(BufferedImage from, int height, int width) {
      BufferedImage to = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
      Graphics2D graphics = to.createGraphics();
      graphics.setRenderingHint(
          RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
      graphics.drawImage(from, 0, 0, width, height, Color.BLACK, null);
      graphics.dispose();
      return to;
    }
  }

  /**
   * Reads a picture.
   *
   * @throws SeriatimException when the file is absent or no picture
   */
  static Source read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new SeriatimException(file + ": expected a picture, found no file");
    }
    try {
      BufferedImage picture = ImageIO.read(file.toFile());
      if (picture == null) {
        throw new SeriatimException(
            file + ": expected a PNG, JPEG, GIF or BMP picture, found something else");
      }
      return new Source(picture);
    } catch (IOException e) {
      throw new SeriatimException(file + ": the picture cannot be read: " + e.getMessage(), e);
    }
  }

  /** The images of one batch, then those of another of the same size. */
  static Images sideBySide(Images left, Images right) {
    float[] both = new float[left.pixels().length + right.pixels().length];
    System.arraycopy(left.pixels(), 0, both, 0, left.pixels().length);
    System.arraycopy(right.pixels(), 0, both, left.pixels().length, right.pixels().length);
    return new Images(
        left.samples() + right.samples(), left.channels(), left.height(), left.width(), both);
  }
}
