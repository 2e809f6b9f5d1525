package dev.seriatim.api.part;

import ai.djl.ndarray.NDManager;
import dev.seriatim.api.canvas.Canvas;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The state of one request in a backbone: a KV cache, a recurrent state, or nothing. Logical
 * positions are the canvas layout's; the order in which a context stores what it has seen is its
 * own affair.
 */
@ConsumerType
public interface BackboneContext extends AutoCloseable {
  /**
   * Hidden states for a step's slots, given all that is settled and the condition.
   *
   * @param canvas to read settled tokens from
   * @param scope owns the result and what is created on the way; closed after the step
   * @throws PartException when the step asks for an order that this backbone cannot serve
   */
  Hidden forward(Step step, Canvas canvas, NDManager scope);

  /**
   * Takes in what a step has settled. A context may also do this lazily, at the next forward.
   *
   * @param draw what was drawn, with feedback for the next step where the head gives any
   */
  void advance(Step step, Draw draw, Canvas canvas);

  /**
   * Forgets slots that were taken in and are no longer settled. Afterwards the context gives what
   * it would give had they never been seen.
   *
   * @param withdrawn (sample, slot) pairs
   */
  void rollback(List<int[]> withdrawn);

  /**
   * An independent context that goes on from here.
   *
   * @param scope owns the copy's cache
   */
  BackboneContext fork(NDManager scope);

  @Override
  void close();
}
