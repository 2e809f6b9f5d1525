package dev.seriatim.guides.text.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.part.CategoricalDistribution;
import dev.seriatim.api.part.Distribution;
import dev.seriatim.api.part.Guide;
import dev.seriatim.api.part.Step;
import dev.seriatim.api.part.Stream;
import java.util.Map;

/**
 * Makes ids less likely by how often they are there already: among the settled slots, and the
 * guesses before a slot that is verified.
 */
record Penalties(PenaltiesFactory.Configuration by) implements Guide {
  @Override
  public Stage stage() {
    return Stage.CONSTRAIN;
  }

  @Override
  public Distribution apply(
      Distribution distribution, Map<Stream, Distribution> others, Step step, Canvas canvas) {
    CategoricalDistribution categorical = Categorical.of(PenaltiesFactory.ID, distribution);
    NDArray logits = categorical.logits();
    NDArray counts = counts(step, canvas, (int) logits.getShape().get(3), logits.getManager());
    NDArray there = counts.gt(0);
    NDArray repeated =
        NDArrays.where(logits.gt(0), logits.div(by.repetition()), logits.mul(by.repetition()));
    NDArray lowered = repeated.sub(counts.mul(by.frequency())).sub(by.presence());
    return categorical.withLogits(
        NDArrays.where(there.broadcast(logits.getShape()), lowered, logits));
  }

  /** float32 [sample, slot, 1, vocabulary]; one slot for all where all have the same history. */
  private NDArray counts(Step step, Canvas canvas, int vocabulary, NDManager scope) {
    int slots = step.slots().count();
    int rows = hasGuesses(step, canvas) ? slots : 1;
    float[] counts = new float[canvas.samples() * rows * vocabulary];
    for (int sample = 0; sample < canvas.samples(); sample++) {
      for (int row = 0; row < rows; row++) {
        int at = (sample * rows + row) * vocabulary;
        count(counts, at, canvas, sample, step.slots().slot(sample, row));
      }
    }
    return scope.create(counts, new Shape(canvas.samples(), rows, 1, vocabulary));
  }

  private static boolean hasGuesses(Step step, Canvas canvas) {
    for (int sample = 0; sample < canvas.samples(); sample++) {
      for (int i = 0; i < step.slots().count(); i++) {
        if (isGuess(canvas, sample, step.slots().slot(sample, i))) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean isGuess(Canvas canvas, int sample, int slot) {
    return canvas.level(sample, slot) > 0 && !canvas.isSettled(sample, slot);
  }

  private void count(float[] counts, int at, Canvas canvas, int sample, int before) {
    int left = by.last() == 0 ? Integer.MAX_VALUE : by.last();
    for (int slot = canvas.length(sample) - 1; slot >= 0 && left > 0; slot--) {
      if (canvas.isSettled(sample, slot) || slot < before && isGuess(canvas, sample, slot)) {
        counts[at + (int) canvas.id(sample, slot, 0)]++;
        left--;
      }
    }
  }
}
