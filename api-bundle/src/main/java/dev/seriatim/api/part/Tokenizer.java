package dev.seriatim.api.part;

import ai.djl.ndarray.NDManager;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Layout;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.media.Media;
import dev.seriatim.api.model.Condition;
import java.util.List;
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
   * The canvas that a request begins with when it brings none. The default is blank: conditions
   * then speak to the backbone alone.
   *
   * @param conditions one per sample
   * @param length slots to fill, of a tokenizer whose canvases differ in length; 0 for as many as
   *     there are
   * @throws PartException when a condition or the length cannot be served
   */
  default Canvas start(List<Condition> conditions, int length) {
    if (length != 0 && length != layout().slots()) {
      throw PartException.of("tokenizer", "length", layout().slots() + " slots", length + "");
    }
    return Canvas.blank(layout(), tokens(), conditions.size());
  }

  /**
   * Decodes a canvas. Slots that are not settled show as the tokenizer's neutral token, so a partly
   * filled canvas gives a preview.
   *
   * @param scope owns what is created on the way
   */
  Media decode(Canvas canvas, NDManager scope);
}
