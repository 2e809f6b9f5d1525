package dev.seriatim.schedulers.speculative.internal;

import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Slots;
import java.util.Arrays;

/** The slots that one pass of the network predicts, by the order of their numbers. */
final class Window {
  private Window() {}

  /**
   * A run of slots for each sample, from its first unknown slot on. Runs are of one length, that of
   * the longest that is needed: where fewer slots are left, settled ones come before them.
   *
   * @param width slots, at most
   * @return null when nothing is unknown
   */
  static Slots of(Canvas canvas, int width) {
    int slots = canvas.layout().slots();
    int[] unknown = new int[canvas.samples()];
    int count = 0;
    for (int sample = 0; sample < unknown.length; sample++) {
      unknown[sample] = firstUnknown(canvas, sample);
      count = Math.max(count, Math.min(width, slots - unknown[sample]));
    }
    if (count == 0) {
      return null;
    }
    int[][] runs = new int[unknown.length][count];
    for (int sample = 0; sample < unknown.length; sample++) {
      // A sample that is done waits at its end.
      int from =
          unknown[sample] < slots ? unknown[sample] : Math.max(1, canvas.length(sample) - count);
      int first = Math.min(from, slots - count);
      Arrays.setAll(runs[sample], i -> first + i);
    }
    boolean same = Arrays.stream(runs).allMatch(run -> run[0] == runs[0][0]);
    return same ? Slots.shared(runs[0]) : Slots.perSample(runs);
  }

  /** The first slots of each run. */
  static Slots begin(Slots window, int samples, int count) {
    int[][] runs = new int[samples][];
    for (int sample = 0; sample < samples; sample++) {
      runs[sample] = Arrays.copyOf(window.of(sample), count);
    }
    return window.isShared() ? Slots.shared(runs[0]) : Slots.perSample(runs);
  }

  private static int firstUnknown(Canvas canvas, int sample) {
    int slot = 0;
    while (slot < canvas.layout().slots() && canvas.isSettled(sample, slot)) {
      slot++;
    }
    return slot;
  }
}
