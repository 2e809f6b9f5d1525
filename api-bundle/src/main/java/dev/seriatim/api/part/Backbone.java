package dev.seriatim.api.part;

import ai.djl.ndarray.NDArray;
import org.osgi.annotation.versioning.ConsumerType;

/** The network that turns settled context and condition into hidden states. */
@ConsumerType
public interface Backbone extends Part {
  /** Width of the hidden states. */
  int width();

  /**
   * Opens the context of a request: its cache, and the positions of what it has seen.
   *
   * @throws PartException when a condition or the canvas is not one this backbone can take
   */
  BackboneContext open(ContextRequest request);

  /**
   * Hidden states of all slots at once with the ground truth given (teacher forcing): the uncached
   * forward that training differentiates and that cached forwards must agree with.
   *
   * @param lesson the batch; results are attached to its scope
   * @return float32 [sample, slot, {@link #width()}]: the state from which that slot's token is
   *     predicted
   */
  NDArray teach(Lesson lesson);
}
