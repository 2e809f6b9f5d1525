package dev.seriatim.api.part;

import ai.djl.ndarray.NDManager;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Layout;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.media.Media;
import org.osgi.annotation.versioning.ConsumerType;

/** Turns media into the tokens of a canvas and back. */
@ConsumerType
public interface Tokenizer extends Part {
  /** Layout of the canvas. */
  Layout layout();

  /** What a slot holds. */
  TokenSpace tokens();

  /**
   * Encodes media into a settled canvas.
   *
   * @param scope owns what is created on the way
   * @throws PartException when the media are of the wrong kind or size
   */
  Canvas encode(Media media, NDManager scope);

  /**
   * Decodes a canvas. Slots that are not settled show as the tokenizer's neutral token, so a partly
   * filled canvas gives a preview.
   *
   * @param scope owns what is created on the way
   */
  Media decode(Canvas canvas, NDManager scope);
}
