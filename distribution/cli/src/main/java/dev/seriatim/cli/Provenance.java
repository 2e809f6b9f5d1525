package dev.seriatim.cli;

import com.google.gson.JsonParseException;
import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.generation.Manifest;
import java.nio.file.Path;

/**
 * What a picture says of itself: how it was drawn and laid out.
 *
 * @param format of this text: {@value #FORMAT}
 * @param grid how the images lie in it
 * @param sample the one image that it shows; null when it shows them all
 * @param manifest of the generation
 * @param start what was on the canvas of each sample before; null for nothing
 */
record Provenance(
    int format, ImageGrid grid, Integer sample, Manifest manifest, KnownTokens start) {
  /** The format that this program writes. */
  static final int FORMAT = 1;

  Provenance(ImageGrid grid, Integer sample, Manifest manifest, KnownTokens start) {
    this(FORMAT, grid, sample, manifest, start);
  }

  String toJson() {
    return Json.compact(this);
  }

  /**
   * Reads the text of a picture.
   *
   * @param file for messages
   * @throws SeriatimException when the picture has none, or one that is not understood
   */
  static Provenance of(PngFile png, Path file) {
    if (png.text() == null) {
      throw new SeriatimException(
          file + ": expected a picture with a manifest, found one that Seriatim did not draw");
    }
    Provenance provenance;
    try {
      provenance = Json.read(png.text(), Provenance.class);
    } catch (JsonParseException | SeriatimException e) {
      throw new SeriatimException(file + ": the manifest is malformed: " + e.getMessage(), e);
    }
    if (provenance == null || provenance.format != FORMAT) {
      throw new SeriatimException(
          file
              + ": manifest: expected format "
              + FORMAT
              + ", found "
              + (provenance == null ? "nothing" : provenance.format));
    }
    if (provenance.grid == null || provenance.manifest == null) {
      throw new SeriatimException(
          file + ": manifest: expected the keys grid and manifest, found one missing");
    }
    return provenance;
  }
}
