package dev.seriatim.schedulers.speculative.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.part.CategoricalDistribution;
import dev.seriatim.api.part.Distribution;
import dev.seriatim.api.part.Guide;
import dev.seriatim.api.part.Step;
import dev.seriatim.api.part.Stream;
import java.util.Map;

/** Forbids id 0. */
record NotTheFirst() implements Guide {
  @Override
  public Stage stage() {
    return Stage.TRUNCATE;
  }

  @Override
  public Distribution apply(
      Distribution distribution, Map<Stream, Distribution> others, Step step, Canvas canvas) {
    CategoricalDistribution categorical = (CategoricalDistribution) distribution;
    return categorical.withLogits(forbid(categorical.logits()));
  }

  /** What this and a temperature of 0.7 do to logits. */
  static NDArray bend(NDArray logits) {
    return forbid(logits.div(0.7));
  }

  private static NDArray forbid(NDArray logits) {
    NDArray bent = logits.duplicate();
    bent.set(new NDIndex("..., 0"), Float.NEGATIVE_INFINITY);
    return bent;
  }
}
