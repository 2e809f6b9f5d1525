package dev.seriatim.schedulers.internal;

import dev.seriatim.api.part.Knobs;
import java.util.Map;

/** What a step of a fixed path tells of its place on it. */
final class PathKnobs {
  private PathKnobs() {}

  /**
   * The knobs of a step.
   *
   * @param settled slots before it on the path
   * @param slots of the layout
   * @param step its number, from 0
   * @param steps of the whole path
   */
  static Knobs of(int settled, int slots, int step, int steps) {
    return new Knobs(
        Map.of(
            Knobs.PROGRESS,
            (double) settled / slots,
            Knobs.STEP_SHARE,
            steps == 1 ? 1 : (double) step / (steps - 1)));
  }
}
