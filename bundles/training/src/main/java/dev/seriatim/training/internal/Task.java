package dev.seriatim.training.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.seriatim.api.media.Media;
import java.util.Map;

/** What a stage minimises, and how it is measured and looked at on the way. */
interface Task extends AutoCloseable {
  /**
   * The loss of a batch, by the weights that are trained. Engine thread, under autograd.
   *
   * @return float32 scalar
   */
  NDArray loss(BatchOrder.Batch batch, NDManager manager);

  /**
   * Measures of the averaged weights on held-out images, by name; empty where there are none. Any
   * thread; waits.
   */
  Map<String, Double> measure();

  /** What the averaged weights make now; null for nothing to see. Any thread; waits. */
  Media samples();

  /** Frees parts and caches. Engine thread. */
  @Override
  void close();
}
