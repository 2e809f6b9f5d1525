package dev.seriatim.api.canvas;

import java.util.Objects;

/**
 * Slots one after another; position (index).
 *
 * @param length number of slots, at least 1
 */
public record Sequence(int length) implements Layout {
  /** Checks the length. */
  public Sequence {
    if (length < 1) {
      throw new IllegalArgumentException("length: expected at least 1, found " + length);
    }
  }

  @Override
  public int slots() {
    return length;
  }

  @Override
  public int axes() {
    return 1;
  }

  @Override
  public int[] position(int slot) {
    return new int[] {Objects.checkIndex(slot, length)};
  }
}
