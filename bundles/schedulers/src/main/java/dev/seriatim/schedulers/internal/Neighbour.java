package dev.seriatim.schedulers.internal;

import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.part.Knobs;
import dev.seriatim.api.part.Levels;
import dev.seriatim.api.part.Plan;
import dev.seriatim.api.part.PlanRequest;
import dev.seriatim.api.part.Scheduler;
import dev.seriatim.api.part.Step;
import java.util.stream.IntStream;

/**
 * All slots of a grid that are as far from its first corner at once, nearest first (He et al.,
 * "Neighboring autoregressive modeling for efficient visual generation", 2025): {@code rows +
 * columns - 1} steps, each an anti-diagonal from its top row down. Diagonals that are settled in
 * every sample are passed over; where only some of their slots are settled, those keep their token.
 */
record Neighbour(Grid grid) implements Scheduler {
  @Override
  public Plan plan(PlanRequest request) {
    Canvas canvas = request.canvas();
    int missing = (int) IntStream.range(0, diagonals()).filter(d -> isMissing(canvas, d)).count();
    return new DiagonalPlan(missing);
  }

  private int diagonals() {
    return grid.rows() + grid.columns() - 1;
  }

  /** The slots at (row, diagonal - row), from the top row down. */
  private Slots diagonal(int diagonal) {
    int top = Math.max(0, diagonal - grid.columns() + 1);
    int bottom = Math.min(diagonal, grid.rows() - 1);
    return Slots.shared(
        IntStream.rangeClosed(top, bottom)
            .map(row -> row * grid.columns() + diagonal - row)
            .toArray());
  }

  private boolean isMissing(Canvas canvas, int diagonal) {
    for (int slot : diagonal(diagonal).of(0)) {
      for (int sample = 0; sample < canvas.samples(); sample++) {
        if (!canvas.isSettled(sample, slot)) {
          return true;
        }
      }
    }
    return false;
  }

  private Step step(int diagonal) {
    int before = IntStream.range(0, diagonal).map(d -> diagonal(d).count()).sum();
    Knobs knobs = PathKnobs.of(before, grid.slots(), diagonal, diagonals());
    return new Step(diagonal, diagonal(diagonal), Levels.SETTLE, knobs);
  }

  private final class DiagonalPlan implements Plan {
    private final int expectedSteps;
    private int diagonal;

    DiagonalPlan(int expectedSteps) {
      this.expectedSteps = expectedSteps;
    }

    @Override
    public Step next(Canvas canvas) {
      while (diagonal < diagonals() && !isMissing(canvas, diagonal)) {
        diagonal++;
      }
      return diagonal == diagonals() ? null : step(diagonal++);
    }

    @Override
    public int expectedSteps() {
      return expectedSteps;
    }
  }
}
