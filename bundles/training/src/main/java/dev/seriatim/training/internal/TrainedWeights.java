package dev.seriatim.training.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.engine.Scope;
import dev.seriatim.api.weights.Parameter;
import dev.seriatim.api.weights.Weights;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything that a step of a stage changes: the weights, their moving average, and the moments of
 * their gradients. Engine thread.
 */
final class TrainedWeights implements AutoCloseable {
  private final Weights weights;
  private final Weights averages;
  private final Scope moments;
  private final List<Parameter> parameters;
  private final NDList means = new NDList();
  private final NDList squares = new NDList();

  /** Fresh weights, their average equal to them, all moments zero. */
  TrainedWeights(Engine engine, String stage, List<Parameter> parameters, long seed) {
    this.parameters = List.copyOf(parameters);
    weights = engine.initialise(parameters, seed);
    averages = engine.initialise(parameters, seed);
    moments = engine.scope("moments of " + stage);
    for (Parameter parameter : parameters) {
      means.add(moments.manager().zeros(parameter.shape()));
      squares.add(moments.manager().zeros(parameter.shape()));
    }
  }

  List<Parameter> parameters() {
    return parameters;
  }

  Weights weights() {
    return weights;
  }

  Weights averages() {
    return averages;
  }

  NDList means() {
    return means;
  }

  NDList squares() {
    return squares;
  }

  static NDList list(Weights weights) {
    NDList list = new NDList();
    weights.names().forEach(name -> list.add(weights.get(name)));
    return list;
  }

  /** All arrays by the name under which a checkpoint holds them. */
  Map<String, NDArray> arrays() {
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    for (int i = 0; i < parameters.size(); i++) {
      String name = parameters.get(i).name();
      arrays.put("weight/" + name, weights.get(name));
      arrays.put("average/" + name, averages.get(name));
      arrays.put("mean/" + name, means.get(i));
      arrays.put("square/" + name, squares.get(i));
    }
    return arrays;
  }

  @Override
  public void close() {
    moments.close();
    averages.close();
    weights.close();
  }
}
