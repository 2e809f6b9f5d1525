package dev.seriatim.api.part;

import ai.djl.ndarray.NDManager;
import dev.seriatim.api.canvas.Layout;
import dev.seriatim.api.engine.StepRandom;
import org.osgi.annotation.versioning.ConsumerType;

/** Decides the path through slots and levels. Stateless: what a request needs is in its plan. */
@ConsumerType
public interface Scheduler extends Part {
  /**
   * Plans a request.
   *
   * @param request the canvas as it is at the start (what is settled stays), and random numbers
   * @throws PartException when this scheduler has no order for the canvas's layout
   */
  Plan plan(PlanRequest request);

  /**
   * What a backbone is shown of a batch when it is trained for this scheduler: which slots are seen
   * while the others are predicted, and in which order.
   *
   * @param layout of the canvas
   * @param random numbers for every sample and every slot of the layout, in the order of the slots
   * @param scope owns the result
   * @return {@link Exposure#OWN_ORDER} where the backbone's own order says it all
   */
  default Exposure expose(Layout layout, StepRandom random, NDManager scope) {
    return Exposure.OWN_ORDER;
  }
}
