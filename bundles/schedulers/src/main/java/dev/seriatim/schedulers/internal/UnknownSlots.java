package dev.seriatim.schedulers.internal;

import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Slots;
import java.util.Arrays;
import java.util.stream.IntStream;

/** The slots of a canvas that are not settled. */
final class UnknownSlots {
  private UnknownSlots() {}

  /**
   * All unknown slots of each sample, in the order of their numbers. A step has as many slots in
   * every sample: where a sample has fewer, settled ones follow, which keep what they hold.
   */
  static Slots of(Canvas canvas) {
    return of(canvas, 0, canvas.layout().slots());
  }

  /**
   * Rows of one length: where a sample has fewer slots than another, settled ones follow, which
   * keep what they hold; where there are too few of these, slots that stay unknown.
   *
   * @param rows slots of each sample
   */
  static Slots first(Canvas canvas, int[][] rows) {
    int count = Arrays.stream(rows).mapToInt(row -> row.length).max().orElse(0);
    int[][] padded = new int[rows.length][];
    for (int sample = 0; sample < rows.length; sample++) {
      int slots = canvas.layout().slots();
      IntStream settled = IntStream.of(matching(canvas, sample, 0, slots, true));
      IntStream unknown = IntStream.of(matching(canvas, sample, 0, slots, false));
      padded[sample] =
          IntStream.concat(IntStream.of(rows[sample]), IntStream.concat(settled, unknown))
              .distinct()
              .limit(count)
              .toArray();
    }
    return Slots.perSample(padded);
  }

  /** {@link #of(Canvas)} of the slots from {@code first} to {@code end - 1} alone. */
  static Slots of(Canvas canvas, int first, int end) {
    int[][] unknown = new int[canvas.samples()][];
    int count = 0;
    for (int sample = 0; sample < canvas.samples(); sample++) {
      unknown[sample] = matching(canvas, sample, first, end, false);
      count = Math.max(count, unknown[sample].length);
    }
    for (int sample = 0; sample < canvas.samples(); sample++) {
      IntStream padding = IntStream.of(matching(canvas, sample, first, end, true));
      unknown[sample] =
          IntStream.concat(IntStream.of(unknown[sample]), padding).limit(count).toArray();
    }
    return Slots.perSample(unknown);
  }

  private static int[] matching(Canvas canvas, int sample, int first, int end, boolean settled) {
    return IntStream.range(first, end)
        .filter(slot -> canvas.isSettled(sample, slot) == settled)
        .toArray();
  }
}
