package dev.seriatim.api.part;

import ai.djl.ndarray.NDManager;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.engine.RandomStreams;

/**
 * What a scheduler needs to plan a request.
 *
 * @param canvas as it is at the start; what is settled stays
 * @param random the request's random numbers. Heads draw with the numbers below {@link
 *     #FIRST_DRAW}, plans with those from there on, so that the two never share any; the numbers of
 *     a whole plan (a random order) are those of step 0
 * @param scope owns what the plan keeps; closed after it. What lives for one step belongs to the
 *     manager of the step's draw
 * @param drafter of the model; null where it has none
 */
public record PlanRequest(Canvas canvas, RandomStreams random, NDManager scope, Drafter drafter) {
  /** The first draw of a step that is the plan's. */
  public static final int FIRST_DRAW = 0x8000;

  /** A request of a model without a draft. */
  public PlanRequest(Canvas canvas, RandomStreams random, NDManager scope) {
    this(canvas, random, scope, null);
  }
}
