package dev.seriatim.kernels;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Hidden states under one or several conditions, and how much the prediction under each counts.
 * Guidance (Ho and Salimans, "Classifier-free diffusion guidance", 2022) is such a sum: of noise,
 * of velocities.
 *
 * @param hidden of each condition, float32 [sample, slot, width]
 * @param weights of the prediction under each condition; their sum is 1
 */
public record WeightedStates(List<NDArray> hidden, List<Double> weights) {
  /** Copies the lists. */
  public WeightedStates {
    hidden = List.copyOf(hidden);
    weights = List.copyOf(weights);
  }

  /** One condition, which alone counts. */
  public static WeightedStates of(NDArray hidden) {
    return new WeightedStates(List.of(hidden), List.of(1.0));
  }

  /** {@code other + scale · (this - other)}. */
  public WeightedStates guided(WeightedStates other, double scale) {
    List<NDArray> all = new ArrayList<>(hidden);
    all.addAll(other.hidden);
    List<Double> shares = new ArrayList<>();
    weights.forEach(weight -> shares.add(scale * weight));
    other.weights.forEach(weight -> shares.add((1 - scale) * weight));
    return new WeightedStates(all, shares);
  }

  /** The states under the first condition. */
  public NDArray first() {
    return hidden.get(0);
  }

  /** Where the states are attached. */
  public NDManager scope() {
    return first().getManager();
  }

  /** The weights, float32 [condition]. */
  public NDArray shares() {
    float[] shares = new float[weights.size()];
    for (int i = 0; i < shares.length; i++) {
      shares[i] = weights.get(i).floatValue();
    }
    return scope().create(shares);
  }

  /**
   * Zeros in the place of tokens.
   *
   * @param width of a token
   * @return float32 [sample, slot, width]
   */
  public NDArray zeroTokens(long width) {
    Shape states = first().getShape();
    return scope().zeros(new Shape(states.get(0), states.get(1), width));
  }
}
