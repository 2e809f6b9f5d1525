package dev.seriatim.api.canvas;

import java.util.Objects;

/**
 * Slots in rows and columns, numbered row by row; position (row, column).
 *
 * @param rows at least 1
 * @param columns at least 1
 */
public record Grid(int rows, int columns) implements Layout {
  /** Checks the size. */
  public Grid {
    if (rows < 1 || columns < 1) {
      throw new IllegalArgumentException(
          "grid: expected at least 1×1, found " + rows + "×" + columns);
    }
  }

  @Override
  public int slots() {
    return Math.multiplyExact(rows, columns);
  }

  @Override
  public int axes() {
    return 2;
  }

  @Override
  public int[] position(int slot) {
    Objects.checkIndex(slot, slots());
    return new int[] {slot / columns, slot % columns};
  }
}
