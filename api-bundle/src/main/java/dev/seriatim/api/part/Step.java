package dev.seriatim.api.part;

import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.canvas.TokenSpace;

/**
 * One turn of the loop: which slots, from which level to which, with which knobs.
 *
 * @param index from 0
 * @param slots that are predicted
 * @param levels of these slots before and after
 * @param knobs the scheduler's settings for this step
 */
public record Step(int index, Slots slots, Levels levels, Knobs knobs) {
  /** A step that takes its slots from unknown to settled. */
  public static Step settle(int index, Slots slots) {
    return new Step(index, slots, Levels.SETTLE, Knobs.NONE);
  }

  /** Writes every drawn token at its target level. Engine thread. */
  public void write(Draw draw, Canvas canvas) {
    if (canvas.tokenSpace() instanceof TokenSpace.Discrete) {
      canvas.write(slots, levels.to(0), draw.tokens().toLongArray());
    } else {
      canvas.write(slots, levels.to(0), draw.tokens().toFloatArray());
    }
    for (int i = 1; i < slots.count() && !levels.isUniform(); i++) {
      for (int sample = 0; sample < canvas.samples(); sample++) {
        canvas.setLevel(sample, slots.slot(sample, i), levels.to(i));
      }
    }
  }
}
