package dev.seriatim.training.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.seriatim.api.media.Media;
import java.util.Map;
import java.util.function.Supplier;

/** What a stage minimises, and how it is measured and looked at on the way. */
interface Task extends AutoCloseable {
  /** Examples in the training data. */
  int examples();

  /** Ways in which an example can be moved. */
  int variants();

  /**
   * Brings a batch to the device. Engine thread.
   *
   * @param step from 0
   * @param manager owns all that the batch needs, its loss included
   * @return computes the loss, a float32 scalar, by the weights that are trained; called once, on
   *     the same thread, under autograd
   */
  Supplier<NDArray> prepare(long step, BatchOrder.Batch batch, NDManager manager);

  /**
   * Measures of the averaged weights on held-out data, by name; empty where there are none. Any
   * thread; waits.
   */
  Map<String, Double> measure();

  /** What the averaged weights make now; null for nothing to see. Any thread; waits. */
  Media samples();

  /** Frees parts and caches. Engine thread. */
  @Override
  void close();
}
