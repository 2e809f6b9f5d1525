package dev.seriatim.training.internal;

import ai.djl.ndarray.NDArray;
import dev.seriatim.api.weights.CheckpointException;
import dev.seriatim.api.weights.Weights;
import java.util.List;

/**
 * Some of the weights of others: those under a prefix, which is stripped. Holds nothing itself;
 * whoever made the others closes them.
 */
record WeightsView(Weights all, String prefix) implements Weights {
  /** No weights at all. */
  static final Weights NONE =
      new Weights() {
        @Override
        public List<String> names() {
          return List.of();
        }

        @Override
        public NDArray get(String name) {
          throw new CheckpointException("no weight " + name);
        }

        @Override
        public void close() {}
      };

  @Override
  public List<String> names() {
    return all.names().stream()
        .filter(name -> name.startsWith(prefix))
        .map(name -> name.substring(prefix.length()))
        .toList();
  }

  @Override
  public NDArray get(String name) {
    return all.get(prefix + name);
  }

  @Override
  public void close() {}
}
