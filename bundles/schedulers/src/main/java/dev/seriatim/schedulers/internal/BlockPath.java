package dev.seriatim.schedulers.internal;

import dev.seriatim.api.canvas.Canvas;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The path of one sample through its blocks, one turn after the other. What the sample does depends
 * on nothing but its own slots.
 */
final class BlockPath {
  /**
   * What a step does for the sample.
   *
   * @param from first slot of the block
   * @param to end of the block
   * @param step of the block, from 0
   * @param steps of the block
   * @param count slots that settle
   */
  record Turn(int from, int to, int step, int steps, int count) {
    /** Slots of the block that are unknown, ascending. */
    int[] unknown(Canvas canvas, int sample) {
      return IntStream.range(from, to).filter(slot -> !canvas.isSettled(sample, slot)).toArray();
    }
  }

  private final int sample;
  private final List<Turn> turns;
  private int done;

  /** The path from a canvas as it is at the start. */
  BlockPath(MaskedBlocks settings, Canvas canvas, int sample) {
    this.sample = sample;
    this.turns = turns(settings, canvas, sample);
  }

  private static List<Turn> turns(MaskedBlocks settings, Canvas canvas, int sample) {
    List<Turn> turns = new ArrayList<>();
    int[] unknown = new Turn(0, canvas.layout().slots(), 0, 0, 0).unknown(canvas, sample);
    if (unknown.length == 0) {
      return turns;
    }
    int end = unknown[unknown.length - 1] + 1;
    int length = settings.blockLength() == 0 ? end - unknown[0] : settings.blockLength();
    int start = settings.aligned() ? unknown[0] / length * length : unknown[0];
    int blocks = (end - start + length - 1) / length;
    for (int block = 0; block < blocks; block++) {
      int from = start + block * length;
      int to = Math.min(from + length, end);
      int left = new Turn(from, to, 0, 0, 0).unknown(canvas, sample).length;
      if (left > 0) {
        int steps = steps(settings, left, blocks);
        int shared = settings.blockSteps() == 0 ? left : length;
        int[] counts = settings.transfer().counts(shared, steps, settings.lastTime());
        for (int step = 0; step < steps; step++) {
          int count = Math.min(counts[step], left);
          turns.add(new Turn(from, to, step, steps, count));
          left -= settings.transfer() == Transfer.INDEPENDENT ? 0 : count;
        }
      }
    }
    return turns;
  }

  private static int steps(MaskedBlocks settings, int left, int blocks) {
    if (settings.blockSteps() > 0) {
      return settings.blockSteps();
    }
    return settings.steps() == 0 ? left : Math.max(1, settings.steps() / blocks);
  }

  /** Steps in all, those that settle nothing too. */
  int length() {
    return turns.size();
  }

  /** Whether a step of the path settles anything. */
  boolean settles(int step) {
    return step < turns.size() && turns.get(step).count() > 0;
  }

  /** What the next step does; null at the end. What is settled by then needs none. */
  Turn turn(Canvas canvas) {
    while (done < turns.size() && isOver(turns.get(done), canvas)) {
      done++;
    }
    return done >= turns.size() ? null : turns.get(done);
  }

  private boolean isOver(Turn turn, Canvas canvas) {
    return turn.count() > 0 && turn.unknown(canvas, sample).length == 0;
  }

  /** Goes on to the step after. */
  void advance() {
    done++;
  }
}
