package dev.seriatim.api.part;

import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.engine.StepRandom;
import org.osgi.annotation.versioning.ConsumerType;

/** The path of one request, step by step. */
@ConsumerType
public interface Plan {
  /**
   * The next step, or null when the canvas is done. A plan may first write proposals to the canvas
   * (tokens at a level between 0 and 1), and may withdraw slots.
   */
  Step next(Canvas canvas);

  /**
   * Draws a step's tokens from the distribution that heads and guides have made. Plans that verify
   * proposals, or that know more than the distribution does (how many tokens a diffusion over
   * levels leaves masked), draw for themselves.
   *
   * @param random the step's numbers; a plan's own are those from {@link PlanRequest#FIRST_DRAW} on
   * @param mode whether the request asks for the most probable tokens
   */
  default Draw draw(Step step, Distribution distribution, StepRandom random, boolean mode) {
    return mode ? distribution.mode() : distribution.draw(random);
  }

  /**
   * Takes in what was drawn: settles, proposes, remasks or withdraws. The default writes every
   * token at its step's target level.
   */
  default void observe(Step step, Draw draw, Canvas canvas) {
    step.write(draw, canvas);
  }

  /** How many steps are expected in all, for progress; 0 when unknown. */
  default int expectedSteps() {
    return 0;
  }
}
