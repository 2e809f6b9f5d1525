package dev.seriatim.schedulers.internal;

import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.engine.StepRandom;
import dev.seriatim.api.part.Distribution;
import dev.seriatim.api.part.Draw;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.Plan;
import dev.seriatim.api.part.PlanRequest;
import dev.seriatim.api.part.Scheduler;
import dev.seriatim.api.part.Step;
import java.util.stream.IntStream;

/**
 * Masked decoding in a window that follows the text (Liu et al., "WeDLM: reconciling diffusion
 * language models with standard causal attention for fast inference", 2025): every step predicts
 * the unknown slots of a window that begins at the sample's first unknown slot. Those settle whose
 * entropy, and a penalty for how far ahead they are, is low enough; the least one if none is. Once
 * the first slots of the window are settled, it moves on.
 *
 * @param window slots that it is long, at least 1
 * @param entropy that settles all slots below it, in nats; negative infinity for one slot a step
 * @param penalty nats for each slot of distance from the first unknown one, at least 0
 * @param draw how tokens are drawn
 */
record MaskedWindow(int window, double entropy, double penalty, SureDraw draw)
    implements Scheduler {
  @Override
  public Plan plan(PlanRequest request) {
    return new WindowPlan();
  }

  private final class WindowPlan implements Plan {
    private int done;

    @Override
    public Step next(Canvas canvas) {
      int[][] rows = new int[canvas.samples()][];
      for (int sample = 0; sample < rows.length; sample++) {
        rows[sample] = unknown(canvas, sample);
      }
      Slots slots = UnknownSlots.first(canvas, rows);
      if (slots.count() == 0) {
        return null;
      }
      if (done == 65536) {
        throw PartException.of(MaskedWindowFactory.ID, "slots", "at most 65536 steps", "more");
      }
      return Step.settle(done, slots);
    }

    private int[] unknown(Canvas canvas, int sample) {
      int slots = canvas.layout().slots();
      int first = 0;
      while (first < slots && canvas.isSettled(sample, first)) {
        first++;
      }
      return IntStream.range(first, Math.min(slots, first + window))
          .filter(slot -> !canvas.isSettled(sample, slot))
          .toArray();
    }

    @Override
    public Draw draw(Step step, Distribution distribution, StepRandom random, boolean mode) {
      return MaskedWindow.this.draw.draw(distribution, random, mode);
    }

    @Override
    public void observe(Step step, Draw draw, Canvas canvas) {
      float[] scores = MostConfident.confidence(MaskedWindowFactory.ID, draw).toFloatArray();
      int width = step.slots().count();
      int[] settling = new int[canvas.samples()];
      for (int sample = 0; sample < settling.length; sample++) {
        int[] unknown = unknown(canvas, sample);
        for (int i = 0; i < width; i++) {
          int cell = sample * width + i;
          if (i < unknown.length) {
            scores[cell] -= (float) (penalty * (unknown[i] - unknown[0]));
            settling[sample] += -scores[cell] < entropy ? 1 : 0;
          } else {
            scores[cell] = Float.NEGATIVE_INFINITY;
          }
        }
        settling[sample] = Math.max(settling[sample], Math.min(1, unknown.length));
      }
      MostConfident.settle(
          step, draw, canvas, scores, (sample, before) -> before - settling[sample]);
      done++;
    }
  }
}
