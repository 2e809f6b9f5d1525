package dev.seriatim.api.canvas;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * An ordered choice of slots: the same for every sample of a batch, or one of the same length for
 * each. Immutable.
 */
public final class Slots {
  private final int[][] rows;

  private Slots(int[][] rows) {
    this.rows = rows;
  }

  /** The same slots for every sample. */
  public static Slots shared(int... slots) {
    return new Slots(new int[][] {slots.clone()});
  }

  /** The same run of slots, from {@code first} to {@code end - 1}, for every sample. */
  public static Slots range(int first, int end) {
    return new Slots(new int[][] {IntStream.range(first, end).toArray()});
  }

  /**
   * Slots of their own for each sample.
   *
   * @param rows [sample][choice], rows of one length
   * @throws IllegalArgumentException when there are no rows or their lengths differ
   */
  public static Slots perSample(int[][] rows) {
    if (rows.length == 0) {
      throw new IllegalArgumentException("slots: expected a row for each sample, found none");
    }
    int[][] copy = new int[rows.length][];
    for (int sample = 0; sample < rows.length; sample++) {
      if (rows[sample].length != rows[0].length) {
        throw new IllegalArgumentException(
            "slots: expected rows of length "
                + rows[0].length
                + ", found "
                + rows[sample].length
                + " for sample "
                + sample);
      }
      copy[sample] = rows[sample].clone();
    }
    return new Slots(copy);
  }

  /** Slots per sample. */
  public int count() {
    return rows[0].length;
  }

  /** Whether all samples have the same slots. */
  public boolean isShared() {
    return rows.length == 1;
  }

  /**
   * One slot.
   *
   * @param sample position in the batch
   * @param index from 0 to {@link #count()} - 1
   */
  public int slot(int sample, int index) {
    return isShared() ? rows[0][index] : rows[sample][index];
  }

  /** The slots of one sample, in order. */
  public int[] of(int sample) {
    return (isShared() ? rows[0] : rows[sample]).clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Slots s && Arrays.deepEquals(rows, s.rows);
  }

  @Override
  public int hashCode() {
    return Arrays.deepHashCode(rows);
  }

  @Override
  public String toString() {
    return Arrays.deepToString(rows);
  }
}
