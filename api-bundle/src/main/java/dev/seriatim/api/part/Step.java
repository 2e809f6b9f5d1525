package dev.seriatim.api.part;

import ai.djl.ndarray.NDArray;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.canvas.TokenSpace;

/**
 * One turn of the loop: which slots, from which level to which, with which knobs.
 *
 * @param index from 0 to 65535: with sample and slot it keys the random numbers, so it tells apart
 *     the draws of one slot, and must not depend on what else is in the batch. A plan that draws
 *     each slot once may use 0 throughout
 * @param slots that are predicted
 * @param levels of these slots before and after
 * @param knobs the scheduler's settings for this step
 */
public record Step(int index, Slots slots, Levels levels, Knobs knobs) {
  /** A step that takes its slots from unknown to settled. */
  public static Step settle(int index, Slots slots) {
    return new Step(index, slots, Levels.SETTLE, Knobs.NONE);
  }

  /**
   * Writes every drawn token at its target level; slots that are settled already keep what they
   * hold. Engine thread.
   */
  public void write(Draw draw, Canvas canvas) {
    if (levels.isUniform()) {
      write(draw, canvas, slots, levels.to(0));
      return;
    }
    // Levels differ from slot to slot: as many writes as there are slots.
    for (int i = 0; i < slots.count(); i++) {
      int[][] column = new int[canvas.samples()][1];
      for (int sample = 0; sample < canvas.samples(); sample++) {
        column[sample][0] = slots.slot(sample, i);
      }
      NDArray token = draw.tokens().get(":, {}:{}", i, i + 1);
      write(Draw.of(token, null), canvas, Slots.perSample(column), levels.to(i));
    }
  }

  private static void write(Draw draw, Canvas canvas, Slots slots, float level) {
    if (canvas.tokenSpace() instanceof TokenSpace.Discrete) {
      canvas.write(slots, level, draw.tokens().toLongArray());
    } else {
      canvas.write(slots, level, draw.tokens().toFloatArray());
    }
  }
}
