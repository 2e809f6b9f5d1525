package dev.seriatim.api.engine;

import ai.djl.ndarray.NDManager;
import dev.seriatim.api.canvas.Slots;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Counter-based random streams, one per sample (Philox4x32-10; Salmon et al., "Parallel random
 * numbers: as easy as 1, 2, 3", 2011). A number is a function of seed, sample, slot, step and draw
 * alone: batch position, thread and time play no role.
 */
@ProviderType
public interface RandomStreams {
  /** Number of samples. */
  int samples();

  /**
   * The numbers of one step.
   *
   * @param step index of the step, from 0
   * @param slots that are drawn
   * @param scope owns the arrays
   */
  StepRandom at(int step, Slots slots, NDManager scope);
}
