package dev.seriatim.schedulers.internal;

import ai.djl.ndarray.NDArray;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.part.Draw;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.Step;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Settles the draws that the head is surest of, and leaves the others unknown. */
final class MostConfident {
  private MostConfident() {}

  /** How many of a sample's slots stay unknown, given how many were before the step. */
  @FunctionalInterface
  interface Remaining {
    /** At least 0, at most {@code before}. */
    int of(int sample, int before);
  }

  /**
   * How sure the head is of each draw, float32 [sample, slot of the step].
   *
   * @param part for the message
   * @throws PartException when the head does not say
   */
  static NDArray confidence(String part, Draw draw) {
    NDArray confidence = draw.confidence() == null ? draw.logProb() : draw.confidence();
    if (confidence == null) {
      throw PartException.of(part, "head", "draws with confidence or log-density", "neither");
    }
    return confidence;
  }

  /**
   * Settles a step but for its least sure draws; of draws that are as sure, those of earlier slots
   * of the step settle.
   *
   * @param scores [sample, slot of the step], row-major
   */
  static void settle(Step step, Draw draw, Canvas canvas, float[] scores, Remaining remaining) {
    int count = step.slots().count();
    Canvas before = canvas.copy();
    step.write(draw, canvas);
    for (int sample = 0; sample < canvas.samples(); sample++) {
      int row = sample;
      List<Integer> leastFirst =
          IntStream.range(0, count)
              .filter(i -> !before.isSettled(row, step.slots().slot(row, i)))
              .boxed()
              .sorted(
                  Comparator.<Integer, Float>comparing(i -> scores[row * count + i])
                      .thenComparing(Comparator.reverseOrder()))
              .toList();
      for (int i : leastFirst.subList(0, remaining.of(sample, leastFirst.size()))) {
        canvas.setLevel(sample, step.slots().slot(sample, i), 0);
      }
    }
  }
}
