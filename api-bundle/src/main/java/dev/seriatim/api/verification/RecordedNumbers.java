package dev.seriatim.api.verification;

import ai.djl.ndarray.NDArray;
import dev.seriatim.api.canvas.Slots;

/** Recorded random numbers in the place of drawn ones. */
@FunctionalInterface
public interface RecordedNumbers {
  /**
   * The numbers of a draw.
   *
   * @param step index of the step
   * @param slots of the step
   * @param draw which draw of the step
   * @param width numbers per slot
   * @param normal whether standard normal numbers are asked for; otherwise uniform ones
   * @return float32 [sample, slot, width]
   */
  NDArray numbers(int step, Slots slots, int draw, int width, boolean normal);
}
