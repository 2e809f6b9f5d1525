package dev.seriatim.api.canvas;

/**
 * Where the slots of a canvas lie. A slot's number is its name and its place in storage; its
 * <i>logical</i> position is {@link #position}. The two need not agree, nor does the order in which
 * slots are generated have to follow either.
 *
 * <p>Layouts are values. New ones (frames of grids, trees) may be added by implementing this
 * interface; nothing in the loop depends on a particular one.
 */
public interface Layout {
  /** Number of slots, at least 1. Slots are numbered from 0. */
  int slots();

  /** Number of coordinates of a position: 1 for a sequence, 2 for a grid, 3 for a pyramid. */
  int axes();

  /**
   * Logical position of a slot.
   *
   * @return {@link #axes()} coordinates, outermost first
   * @throws IndexOutOfBoundsException when there is no such slot
   */
  int[] position(int slot);
}
