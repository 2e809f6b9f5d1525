package dev.seriatim.cli;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.canvas.Layout;
import dev.seriatim.api.canvas.Pyramid;

/**
 * Where a picture is drawn anew. A slot is, when any of it is: a slot of a grid stands for its cell
 * of the picture, and so does a slot of each scale of a pyramid.
 *
 * @param white [row][column] of the picture: whether it is drawn anew there
 */
record EditMask(boolean[][] white) {
  /**
   * For each slot, whether it is drawn anew.
   *
   * @throws SeriatimException when slots have no place in the picture
   */
  boolean[] redrawn(Layout layout, String model) {
    boolean[] redrawn = new boolean[layout.slots()];
    if (layout instanceof Grid grid) {
      mark(redrawn, 0, grid);
    } else if (layout instanceof Pyramid pyramid) {
      for (int scale = 0; scale < pyramid.scales().size(); scale++) {
        mark(redrawn, pyramid.firstSlot(scale), pyramid.scales().get(scale));
      }
    } else {
      throw new SeriatimException(
          model
              + ": expected a model whose tokens have places in the picture (a grid or a pyramid of"
              + " grids), found one with the layout "
              + layout);
    }
    return redrawn;
  }

  private void mark(boolean[] redrawn, int first, Grid grid) {
    for (int row = 0; row < grid.rows(); row++) {
      for (int column = 0; column < grid.columns(); column++) {
        redrawn[first + row * grid.columns() + column] = touches(grid, row, column);
      }
    }
  }

  /** Whether a cell has a white pixel; pixels on the edge of two cells belong to both. */
  private boolean touches(Grid grid, int row, int column) {
    int height = white.length;
    int width = white[0].length;
    int top = row * height / grid.rows();
    int bottom = ((row + 1) * height + grid.rows() - 1) / grid.rows();
    int left = column * width / grid.columns();
    int right = ((column + 1) * width + grid.columns() - 1) / grid.columns();
    for (int y = top; y < bottom; y++) {
      for (int x = left; x < right; x++) {
        if (white[y][x]) {
          return true;
        }
      }
    }
    return false;
  }

  /** Whether nothing is drawn anew. */
  boolean isEmpty() {
    for (boolean[] row : white) {
      for (boolean pixel : row) {
        if (pixel) {
          return false;
        }
      }
    }
    return true;
  }

  /** Whether a pixel is drawn anew, of a picture of another resolution. */
  boolean at(int y, int height, int x, int width) {
    return white[y * white.length / height][x * white[0].length / width];
  }
}
