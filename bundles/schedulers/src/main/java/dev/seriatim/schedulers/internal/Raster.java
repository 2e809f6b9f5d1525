package dev.seriatim.schedulers.internal;

import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.part.Knobs;
import dev.seriatim.api.part.Levels;
import dev.seriatim.api.part.Plan;
import dev.seriatim.api.part.PlanRequest;
import dev.seriatim.api.part.Scheduler;
import dev.seriatim.api.part.Step;

/**
 * One slot after the other in the order of their numbers: left to right in a sequence, row by row
 * in a grid. Slots that are settled in every sample are passed over; where only some samples have a
 * slot settled, those keep their token.
 */
final class Raster implements Scheduler {
  @Override
  public Plan plan(PlanRequest request) {
    Canvas canvas = request.canvas();
    int missing = 0;
    for (int slot = 0; slot < canvas.layout().slots(); slot++) {
      missing += isMissing(canvas, slot) ? 1 : 0;
    }
    return new RasterPlan(missing);
  }

  private static boolean isMissing(Canvas canvas, int slot) {
    for (int sample = 0; sample < canvas.samples(); sample++) {
      if (!canvas.isSettled(sample, slot)) {
        return true;
      }
    }
    return false;
  }

  private static final class RasterPlan implements Plan {
    private final int expectedSteps;
    private int slot;

    RasterPlan(int expectedSteps) {
      this.expectedSteps = expectedSteps;
    }

    @Override
    public Step next(Canvas canvas) {
      while (slot < canvas.layout().slots() && !isMissing(canvas, slot)) {
        slot++;
      }
      if (slot == canvas.layout().slots()) {
        return null;
      }
      // Each slot is drawn once, so that its number alone keys its random numbers: a sample does
      // not
      // depend on its neighbours in the batch, and a scheduler that guesses ahead can draw the
      // same.
      Knobs knobs = PathKnobs.of(slot, canvas.layout().slots(), slot, canvas.layout().slots());
      return new Step(0, Slots.shared(slot++), Levels.SETTLE, knobs);
    }

    @Override
    public int expectedSteps() {
      return expectedSteps;
    }
  }
}
