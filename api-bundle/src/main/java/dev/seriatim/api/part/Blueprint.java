package dev.seriatim.api.part;

import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.weights.Parameter;
import dev.seriatim.api.weights.Weights;
import java.util.List;
import java.util.function.Supplier;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A part laid out: what it adds to the frame and which weights it needs, known before a weight is
 * read.
 *
 * @param <P> the kind of part
 */
@ConsumerType
public interface Blueprint<P extends Part> {
  /**
   * The frame with what this part fixes: a tokenizer its layout and tokens, a backbone its width.
   */
  Frame frame();

  /** The weights that the part needs, in a stable order. */
  List<Parameter> parameters();

  /**
   * Makes the part. Engine thread.
   *
   * @param weights exactly {@link #parameters()}, checked; released by the caller after the part is
   *     closed
   */
  P build(Engine engine, Weights weights);

  /** A part without weights. */
  static <P extends Part> Blueprint<P> weightless(Frame frame, Supplier<P> part) {
    return new Blueprint<>() {
      @Override
      public Frame frame() {
        return frame;
      }

      @Override
      public List<Parameter> parameters() {
        return List.of();
      }

      @Override
      public P build(Engine engine, Weights weights) {
        return part.get();
      }
    };
  }
}
