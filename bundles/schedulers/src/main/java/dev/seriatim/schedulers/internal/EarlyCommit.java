package dev.seriatim.schedulers.internal;

import static dev.seriatim.api.part.PartException.require;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.part.Step;
import java.util.List;
import java.util.stream.IntStream;

/**
 * When all that is unknown is taken as it is predicted: once the most probable ids are far enough
 * ahead, and the later, the less that needs to be (Li et al., "Diffusion language models know the
 * answer before decoding", 2025).
 *
 * @param gaps least mean distance of the two largest logits, one for each phase; empty for never
 * @param from share of the steps at which each phase begins, ascending
 * @param answer the last slots, so many, whose logits are looked at; 0 for all
 */
record EarlyCommit(List<Double> gaps, List<Double> from, int answer) {
  /**
   * Checks the settings.
   *
   * @param part id of the scheduler; its keys are {@code commit-gaps}, {@code commit-from} and
   *     {@code commit-answer}
   */
  EarlyCommit checked(String part) {
    require(
        gaps.isEmpty() || gaps.size() == from.size(),
        part,
        "commit-gaps",
        "none, or as many as commit-from has: " + from.size(),
        gaps);
    double last = 0;
    for (double start : from) {
      require(start >= last && start <= 1, part, "commit-from", "ascending from 0 to 1", from);
      last = start;
    }
    require(answer >= 0, part, "commit-answer", "at least 0", answer);
    return this;
  }

  /** Whether nothing is ever taken early. */
  boolean isNever() {
    return gaps.isEmpty();
  }

  /**
   * How far the largest logit of each slot is ahead of the next, the least of its codebooks.
   *
   * @param logits [sample, slot, codebook, vocabulary]
   * @return [sample, slot], row-major
   */
  static float[] gaps(NDArray logits) {
    NDArray best = logits.topK(2, -1).get(0);
    NDArray ahead = best.get(new NDIndex("..., 0")).sub(best.get(new NDIndex("..., 1")));
    return ahead.min(new int[] {-1}).toFloatArray();
  }

  /**
   * Whether a sample takes all.
   *
   * @param gaps of the step's slots
   * @param progress share of the steps that are done after this one, 0 to 1
   */
  boolean applies(Step step, Canvas canvas, int sample, float[] gaps, double progress) {
    int count = step.slots().count();
    int first = answer == 0 ? 0 : canvas.length(sample) - answer;
    double mean =
        IntStream.range(0, count)
            .filter(i -> step.slots().slot(sample, i) >= first)
            .filter(i -> !canvas.isSettled(sample, step.slots().slot(sample, i)))
            .mapToDouble(i -> gaps[sample * count + i])
            .average()
            .orElse(Double.NEGATIVE_INFINITY);
    return mean >= needed(progress);
  }

  private double needed(double progress) {
    double gap = Double.POSITIVE_INFINITY;
    for (int phase = 0; phase < gaps.size(); phase++) {
      if (progress >= from.get(phase)) {
        gap = gaps.get(phase);
      }
    }
    return gap;
  }
}
