package dev.seriatim.engine.pytorch.internal;

import ai.djl.ndarray.NDArray;
import dev.seriatim.api.weights.CheckpointException;
import dev.seriatim.api.weights.Weights;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Weights that live until the caller and every kernel that is bound to them have let go. */
final class HeldWeights implements Weights {
  private final EngineThread thread;
  private final Map<String, SharedWeight> weights;
  private final boolean trainable;
  private final Runnable onRelease;
  private int holds = 1;
  private boolean closed;

  /**
   * @param weights by name, in the order of the part's parameters
   * @param trainable whether autograd follows them
   * @param onRelease frees the weights
   */
  HeldWeights(
      EngineThread thread,
      Map<String, SharedWeight> weights,
      boolean trainable,
      Runnable onRelease) {
    this.thread = thread;
    this.weights = new LinkedHashMap<>(weights);
    this.trainable = trainable;
    this.onRelease = onRelease;
  }

  boolean isTrainable() {
    return trainable;
  }

  void hold() {
    if (holds == 0) {
      throw new IllegalStateException("The weights are closed");
    }
    holds++;
  }

  void release() {
    holds--;
    if (holds == 0) {
      onRelease.run();
    }
  }

  @Override
  public List<String> names() {
    return List.copyOf(weights.keySet());
  }

  @Override
  public NDArray get(String name) {
    return find(name).plain();
  }

  /** A weight to multiply by with {@code torch.linear}, and for nothing else. */
  NDArray forLinear(String name) {
    return trainable ? get(name) : find(name).forLinear();
  }

  private SharedWeight find(String name) {
    thread.check();
    SharedWeight weight = weights.get(name);
    if (weight == null) {
      throw new CheckpointException("no weight " + name + "; there are " + weights.keySet());
    }
    return weight;
  }

  @Override
  public void close() {
    thread.check();
    if (!closed) {
      closed = true;
      release();
    }
  }
}
