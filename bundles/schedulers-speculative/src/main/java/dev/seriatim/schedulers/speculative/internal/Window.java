package dev.seriatim.schedulers.speculative.internal;

import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Slots;
import java.util.Arrays;

/** The slots that one pass of the network predicts, by the order of their numbers. */
final class Window {
  private Window() {}

  /**
   * A run of slots for each sample, from its first unknown slot on. Runs are of one length, that of
   * the longest that is needed: where fewer slots are left, settled ones come before them. A sample
   * that is done waits where the slowest is.
   *
   * @param width slots, at most
   * @param waits whether a sample that is more than a window ahead of the slowest waits too, so
   *     that a pass of the network is never over many slots
   * @return null when nothing is unknown
   */
  static Slots of(Canvas canvas, int width, boolean waits) {
    int slots = canvas.layout().slots();
    int[] unknown = new int[canvas.samples()];
    Arrays.setAll(unknown, sample -> firstUnknown(canvas, sample));
    int slowest = Arrays.stream(unknown).min().orElse(slots);
    if (slowest == slots) {
      return null;
    }
    int last = waits ? Math.min(slots - 1, slowest + width) : slots - 1;
    int count = Math.min(width, slots - slowest);
    int[][] runs = new int[unknown.length][count];
    for (int sample = 0; sample < unknown.length; sample++) {
      int from = unknown[sample] <= last ? unknown[sample] : slowest;
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
