package dev.seriatim.api.part;

import dev.seriatim.api.canvas.Canvas;
import org.osgi.annotation.versioning.ConsumerType;

/** Decides the path through slots and levels. Stateless: what a request needs is in its plan. */
@ConsumerType
public interface Scheduler extends Part {
  /**
   * Plans a request.
   *
   * @param canvas as it is at the start; what is settled stays
   * @throws PartException when this scheduler has no order for the canvas's layout
   */
  Plan plan(Canvas canvas);
}
