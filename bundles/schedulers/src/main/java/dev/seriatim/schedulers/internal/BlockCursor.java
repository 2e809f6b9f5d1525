package dev.seriatim.schedulers.internal;

import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.part.Knobs;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

/** Where block diffusion is: the first block of which any sample has an unknown slot. */
final class BlockCursor {
  private final int length;
  private int first;
  private int turn = -1;

  /**
   * Before the first block.
   *
   * @param length slots of a block
   */
  BlockCursor(int length) {
    this.length = length;
  }

  /**
   * Goes to the next turn: of the same block, or the first one of the next block that is not
   * finished.
   *
   * @return false when all blocks are
   */
  boolean next(Canvas canvas) {
    turn++;
    while (first < canvas.layout().slots()) {
      if (IntStream.range(0, canvas.samples()).anyMatch(s -> unknown(canvas, s) > 0)) {
        return true;
      }
      first += length;
      turn = 0;
    }
    return false;
  }

  /** First slot of the block. */
  int first() {
    return first;
  }

  /** Turns that were done in the block. */
  int turn() {
    return turn;
  }

  /** Unknown slots of the block, at least those that any sample has. */
  Slots slots(Canvas canvas) {
    return UnknownSlots.of(canvas, first, end(canvas));
  }

  /** How many slots of the block a sample does not know. */
  int unknown(Canvas canvas, int sample) {
    return (int)
        IntStream.range(first, end(canvas)).filter(s -> !canvas.isSettled(sample, s)).count();
  }

  private int end(Canvas canvas) {
    return Math.min(first + length, canvas.layout().slots());
  }

  /**
   * Knobs of the step.
   *
   * @param time of the diffusion in the block; not a number where samples differ
   */
  Knobs knobs(Canvas canvas, double time) {
    Map<String, Double> values = new HashMap<>();
    values.put(Knobs.PROGRESS, (double) first / canvas.layout().slots());
    values.put(Knobs.PROGRESS_AFTER, (double) end(canvas) / canvas.layout().slots());
    if (!Double.isNaN(time)) {
      values.put(Knobs.MASK_RATE, time);
    }
    return new Knobs(values);
  }
}
