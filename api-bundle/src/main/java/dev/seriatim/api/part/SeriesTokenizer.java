package dev.seriatim.api.part;

import dev.seriatim.api.canvas.Sequence;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A tokenizer of time series. A slot is a patch: a run of points. Its layout is a {@link Sequence}
 * as long as the model's context; what is encoded may be shorter. A patch with a point that was not
 * observed (not a number) is left unknown on the canvas: to forecast is to encode a history with
 * such points behind it, to impute is to encode a series with gaps, and to generate from there.
 */
@ConsumerType
public interface SeriesTokenizer extends Tokenizer {
  @Override
  Sequence layout();

  /** Points of a patch, at least 1. */
  int patch();

  /** The most patches of a history that a forecast looks back at, less than the context. */
  int window();
}
