package dev.seriatim.head.flow.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.engine.StepRandom;
import dev.seriatim.api.part.Distribution;
import dev.seriatim.api.part.Draw;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The flow of a step's tokens under one or several conditions. Guidance weighs the velocities under
 * each, once it has set in; before, the first alone counts. No density is computed.
 *
 * @param scale of the step's slots; 0 without attention
 * @param steps of the solver
 * @param hidden of each condition, float32 [sample, slot, width]
 * @param weights of the velocity under each condition; their sum is 1
 * @param temperature factor on the noise to start from; at 0 the path starts from zero
 */
record FlowDistribution(
    FlowHead head,
    int scale,
    int steps,
    List<NDArray> hidden,
    List<Double> weights,
    double temperature)
    implements Distribution {
  @Override
  public Draw draw(StepRandom random) {
    return temperature == 0 ? mode() : sample(random.normal(0, head.token()).mul(temperature));
  }

  /** The path without chance: from zero. */
  @Override
  public Draw mode() {
    Shape states = hidden.get(0).getShape();
    Shape tokens = new Shape(states.get(0), states.get(1), head.token());
    return sample(hidden.get(0).getManager().zeros(tokens));
  }

  private Draw sample(NDArray noise) {
    NDManager scope = hidden.get(0).getManager();
    float[] shares = new float[weights.size()];
    for (int i = 0; i < shares.length; i++) {
      shares[i] = weights.get(i).floatValue();
    }
    NDArray tokens =
        head.kernel()
            .callForOne(
                scope,
                "sample",
                noise,
                new NDList(hidden),
                scope.create(shares),
                steps,
                head.configuration().guidanceHigh(),
                head.configuration().order(),
                scale);
    return Draw.of(tokens, null);
  }

  @Override
  public Optional<NDArray> logProb(NDArray tokens) {
    return Optional.empty();
  }

  @Override
  public Distribution guided(Distribution other, double strength) {
    if (!(other instanceof FlowDistribution o)) {
      throw new IllegalArgumentException(
          "guidance: expected two flows, found " + other.getClass().getName());
    }
    if (strength == 1) {
      return this;
    }
    List<NDArray> all = new ArrayList<>(hidden);
    all.addAll(o.hidden);
    List<Double> shares = new ArrayList<>();
    weights.forEach(weight -> shares.add(strength * weight));
    o.weights.forEach(weight -> shares.add((1 - strength) * weight));
    return new FlowDistribution(head, scale, steps, all, shares, temperature);
  }

  @Override
  public Distribution tempered(double factor) {
    return new FlowDistribution(head, scale, steps, hidden, weights, temperature * factor);
  }
}
