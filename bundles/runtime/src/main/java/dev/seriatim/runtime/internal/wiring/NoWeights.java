package dev.seriatim.runtime.internal.wiring;

import ai.djl.ndarray.NDArray;
import dev.seriatim.api.weights.CheckpointException;
import dev.seriatim.api.weights.Weights;
import java.util.List;

/** The weights of a part that needs none. */
enum NoWeights implements Weights {
  INSTANCE;

  @Override
  public List<String> names() {
    return List.of();
  }

  @Override
  public NDArray get(String name) {
    throw new CheckpointException("The part declared no weights, so there is none named " + name);
  }

  @Override
  public void close() {
    // Nothing is held.
  }
}
