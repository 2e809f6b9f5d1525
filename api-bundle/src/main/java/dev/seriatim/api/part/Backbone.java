package dev.seriatim.api.part;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.seriatim.api.model.Condition;
import java.util.List;
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
   * @param tokens int64 [sample, slot, codebook] or float32 [sample, slot, width of the token]
   * @param levels float32 [sample, slot], how much of each slot may be seen; null where the
   *     backbone's own order says it (a causal one sees what comes before)
   * @param conditions one per sample
   * @return float32 [sample, slot, {@link #width()}]: the state from which that slot's token is
   *     predicted
   */
  NDArray teach(NDArray tokens, NDArray levels, List<Condition> conditions, NDManager scope);
}
