package dev.seriatim.api.part;

import dev.seriatim.api.canvas.Canvas;
import java.util.List;
import java.util.Map;
import org.osgi.annotation.versioning.ConsumerType;

/** Bends a distribution before it is drawn from. Guides of a request form a chain. */
@ConsumerType
public interface Guide extends Part {
  /** Where in the chain a guide belongs; guides of one stage keep the order of the request. */
  enum Stage {
    /** Combines streams (classifier-free guidance). */
    COMBINE,
    /** Adds to or forbids by what was generated (penalties, constraints). */
    CONSTRAIN,
    /** Sharpens or flattens. */
    TEMPER,
    /** Cuts the tail (top-k, top-p, min-p). */
    TRUNCATE
  }

  /** Its stage. */
  Stage stage();

  /** Streams that this guide needs beside the conditional one. */
  default List<Stream> streams() {
    return List.of();
  }

  /**
   * The guide for one request: itself, unless it needs to know the tokenizer (what ids spell) or to
   * remember what it saw.
   *
   * @param canvas as the request begins
   * @param tokenizer of the model
   * @throws PartException when it cannot serve such a tokenizer or canvas
   */
  default Guide bind(Canvas canvas, Tokenizer tokenizer) {
    return this;
  }

  /**
   * Bends a distribution.
   *
   * @param distribution the chain's result so far, of the conditional stream
   * @param others the distributions of the streams asked for, as the head gave them
   * @param step that is drawn
   * @param canvas as it is before the draw
   */
  Distribution apply(
      Distribution distribution, Map<Stream, Distribution> others, Step step, Canvas canvas);
}
