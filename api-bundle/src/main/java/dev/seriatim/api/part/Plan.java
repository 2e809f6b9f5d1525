package dev.seriatim.api.part;

import dev.seriatim.api.canvas.Canvas;
import org.osgi.annotation.versioning.ConsumerType;

/** The path of one request, step by step. */
@ConsumerType
public interface Plan {
  /** The next step, or null when the canvas is done. */
  Step next(Canvas canvas);

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
