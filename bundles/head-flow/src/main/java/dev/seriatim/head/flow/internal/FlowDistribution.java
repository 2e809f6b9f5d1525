package dev.seriatim.head.flow.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.seriatim.api.engine.StepRandom;
import dev.seriatim.api.part.Distribution;
import dev.seriatim.api.part.Draw;
import dev.seriatim.kernels.WeightedStates;
import java.util.Optional;

/**
 * The flow of a step's tokens under one or several conditions. Guidance weighs the velocities under
 * each, once it has set in; before, the first alone counts. No density is computed.
 *
 * @param scale of the step's slots; 0 without attention
 * @param steps of the solver
 * @param states under each condition, and weights of the velocity under each condition
 * @param temperature factor on the noise to start from; at 0 the path starts from zero
 */
record FlowDistribution(
    FlowHead head, int scale, int steps, WeightedStates states, double temperature)
    implements Distribution {
  @Override
  public Draw draw(StepRandom random) {
    return temperature == 0 ? mode() : sample(random.normal(0, head.token()).mul(temperature));
  }

  /** The path without chance: from zero. */
  @Override
  public Draw mode() {
    return sample(states.zeroTokens(head.token()));
  }

  private Draw sample(NDArray noise) {
    NDArray tokens =
        head.kernel()
            .callForOne(
                states.scope(),
                "sample",
                noise,
                new NDList(states.hidden()),
                states.shares(),
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
    return new FlowDistribution(head, scale, steps, states.guided(o.states, strength), temperature);
  }

  @Override
  public Distribution tempered(double factor) {
    return new FlowDistribution(head, scale, steps, states, temperature * factor);
  }
}
