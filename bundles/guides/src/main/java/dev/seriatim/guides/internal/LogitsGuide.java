package dev.seriatim.guides.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.part.CategoricalDistribution;
import dev.seriatim.api.part.Distribution;
import dev.seriatim.api.part.Guide;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.Step;
import dev.seriatim.api.part.Stream;
import java.util.Map;

/** A guide that cuts the tail of a categorical distribution. */
abstract class LogitsGuide implements Guide {
  private final String id;

  LogitsGuide(String id) {
    this.id = id;
  }

  /**
   * Which tokens stay.
   *
   * @param logits float32 [sample, slot, codebook, vocabulary]
   * @return bool of the same shape
   */
  abstract NDArray kept(NDArray logits);

  @Override
  public Stage stage() {
    return Stage.TRUNCATE;
  }

  @Override
  public Distribution apply(
      Distribution distribution, Map<Stream, Distribution> others, Step step, Canvas canvas) {
    if (!(distribution instanceof CategoricalDistribution categorical)) {
      throw PartException.of(
          id, "distribution", "a categorical one", distribution.getClass().getSimpleName());
    }
    NDArray logits = categorical.logits();
    NDArray forbidden = logits.getManager().create(Float.NEGATIVE_INFINITY);
    return categorical.withLogits(
        NDArrays.where(kept(logits), logits, forbidden.broadcast(logits.getShape())));
  }
}
