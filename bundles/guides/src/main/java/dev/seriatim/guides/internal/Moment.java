package dev.seriatim.guides.internal;

import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.part.Knobs;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.Step;

/**
 * How far generation is. What the scheduler says goes before what the canvas shows, so that a
 * sample is guided as it would be alone.
 */
record Moment(Step step, Canvas canvas) {
  /**
   * Share of the slots that are settled before the step, 0 to 1.
   *
   * @throws PartException when the step guesses or verifies: its slots are at different moments
   */
  double before() {
    double seen = (double) canvas.settled(0) / slots();
    double before = step.knobs().get(Knobs.PROGRESS, Double.NaN);
    PartException.require(
        !Double.isNaN(before) || step.levels().from(0) == 0 && step.levels().to(0) == 1,
        ClassifierFreeFactory.ID,
        "schedule",
        "constant, without an interval, where several slots are guessed and verified at once",
        "a scale that depends on how many are settled");
    return Double.isNaN(before) ? seen : before;
  }

  /** Share of the slots that are settled after the step, 0 to 1. */
  double after() {
    double settling = (double) step.slots().count() / slots();
    return step.knobs().get(Knobs.PROGRESS_AFTER, Math.min(1, before() + settling));
  }

  /**
   * Place of the step among all steps, 0 to 1.
   *
   * @throws PartException when the scheduler does not say
   */
  double place() {
    double place = step.knobs().get(Knobs.STEP_SHARE, Double.NaN);
    if (Double.isNaN(place)) {
      throw PartException.of(
          ClassifierFreeFactory.ID,
          "schedule",
          "a scheduler that says the place of its steps",
          "one that does not");
    }
    return place;
  }

  /** Slots that are settled before the step. */
  long settled() {
    return Math.round(before() * slots());
  }

  private int slots() {
    return canvas.layout().slots();
  }
}
