package dev.seriatim.api.generation;

import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.media.Media;

/**
 * What was generated.
 *
 * @param media decoded, one per sample
 * @param canvas the tokens
 * @param manifest all that it takes to draw it again
 * @param statistics how it went
 */
public record GenerationResult(
    Media media, Canvas canvas, Manifest manifest, Statistics statistics) {
  /**
   * How a generation went.
   *
   * @param steps turns of the loop
   * @param seconds from the start of work to the decoded media
   * @param stepSeconds of it, in the loop
   * @param peakBytes most native memory that the request held between steps
   */
  public record Statistics(int steps, double seconds, double stepSeconds, long peakBytes) {}
}
