package dev.seriatim.schedulers.speculative.internal;

import ai.djl.ndarray.NDManager;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.engine.StepRandom;
import dev.seriatim.api.part.CategoricalDistribution;
import dev.seriatim.api.part.Draw;
import dev.seriatim.api.part.Step;

/** Guesses the tokens of a window, for one request. */
interface Proposer {
  /** Guesses tokens; those of slots that are settled already do not matter. */
  Proposal propose(Canvas canvas, Slots window, NDManager scope);

  /**
   * Draws the guesses of the next window where they come from the model's own distribution.
   *
   * @return tokens for the slots that are not settled by this step; null for proposers that guess
   *     anew each time
   */
  default Draw redraw(Step step, CategoricalDistribution distribution, StepRandom random) {
    return null;
  }

  /** Whether what was drawn for a slot that did not settle is its next guess. */
  default boolean goesOnFromDraws() {
    return false;
  }
}
