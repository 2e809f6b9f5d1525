package dev.seriatim.api.canvas;

import java.util.List;
import java.util.Objects;

/**
 * Grids of growing resolution, numbered from the coarsest to the finest; position (scale, row,
 * column).
 *
 * @param scales the grids, coarsest first, at least one
 */
public record Pyramid(List<Grid> scales) implements Layout {
  /** Checks and copies the scales. */
  public Pyramid {
    scales = List.copyOf(scales);
    if (scales.isEmpty()) {
      throw new IllegalArgumentException("scales: expected at least one, found none");
    }
  }

  @Override
  public int slots() {
    return firstSlot(scales.size());
  }

  @Override
  public int axes() {
    return 3;
  }

  /**
   * First slot of a scale; for the number of scales, the number of slots.
   *
   * @throws IndexOutOfBoundsException when there is no such scale
   */
  public int firstSlot(int scale) {
    Objects.checkIndex(scale, scales.size() + 1);
    int first = 0;
    for (int k = 0; k < scale; k++) {
      first = Math.addExact(first, scales.get(k).slots());
    }
    return first;
  }

  /** The scale that a slot belongs to. */
  public int scale(int slot) {
    Objects.checkIndex(slot, slots());
    int scale = 0;
    while (firstSlot(scale + 1) <= slot) {
      scale++;
    }
    return scale;
  }

  @Override
  public int[] position(int slot) {
    int scale = scale(slot);
    int[] inside = scales.get(scale).position(slot - firstSlot(scale));
    return new int[] {scale, inside[0], inside[1]};
  }
}
