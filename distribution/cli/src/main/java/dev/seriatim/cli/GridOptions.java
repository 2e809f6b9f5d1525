package dev.seriatim.cli;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.media.Images;
import picocli.CommandLine.Option;

/** Options that say how samples are laid out in a picture. */
final class GridOptions {
  @Option(
      names = "--columns",
      paramLabel = "N",
      defaultValue = "0",
      description = "Samples in a row of the picture (default: near a square).")
  private int columns;

  @Option(
      names = "--scale",
      paramLabel = "N",
      defaultValue = "0",
      description = "Enlarge each pixel to N×N (default: small images to about 112 pixels).")
  private int scale;

  /**
   * Refuses what cannot be drawn.
   *
   * @throws SeriatimException that names the option
   */
  void check() {
    if (columns < 0) {
      throw new SeriatimException("--columns: expected at least 1, found " + columns);
    }
    if (scale < 0 || scale > 64) {
      throw new SeriatimException("--scale: expected 1 to 64, found " + scale);
    }
  }

  /**
   * The grid of these images.
   *
   * @param otherwise samples in a row where the option is not given; 0 for near a square
   */
  ImageGrid of(Images images, int otherwise) {
    return ImageGrid.of(images, columns != 0 ? columns : otherwise, scale);
  }
}
