package dev.seriatim.training.internal;

import ai.djl.ndarray.NDManager;
import java.util.Map;

/** What a generator is taught, and measured on. */
interface Material {
  /** Examples that an epoch goes through. */
  int examples();

  /** Ways in which an example can be moved. */
  int variants();

  /** Makes tokens available. Any thread; waits. */
  void encode();

  /** A batch of the data to train on. Engine thread. */
  Pupil.Batch batch(BatchOrder.Batch chosen, NDManager manager);

  /** Measures on held-out data, by name; empty where there are none. Any thread; waits. */
  Map<String, Double> measure(Pupil pupil);
}
