package dev.seriatim.engine.pytorch.internal;

import ai.djl.ndarray.NDArray;
import dev.seriatim.api.weights.Weights;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Weights of somebody else's making. */
record FixedWeights(Map<String, NDArray> arrays) implements Weights {
  static FixedWeights none() {
    return new FixedWeights(Map.of());
  }

  static FixedWeights of(Object... namesAndArrays) {
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    for (int i = 0; i < namesAndArrays.length; i += 2) {
      arrays.put((String) namesAndArrays[i], (NDArray) namesAndArrays[i + 1]);
    }
    return new FixedWeights(arrays);
  }

  @Override
  public List<String> names() {
    return List.copyOf(arrays.keySet());
  }

  @Override
  public NDArray get(String name) {
    return arrays.get(name);
  }

  @Override
  public void close() {
    arrays.values().forEach(NDArray::close);
  }
}
