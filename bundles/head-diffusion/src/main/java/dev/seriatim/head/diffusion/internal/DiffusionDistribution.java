package dev.seriatim.head.diffusion.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.seriatim.api.engine.StepRandom;
import dev.seriatim.api.part.Distribution;
import dev.seriatim.api.part.Draw;
import dev.seriatim.kernels.WeightedStates;
import java.util.Optional;

/**
 * The diffusion of a step's tokens under one or several conditions. Guidance weighs the noise that
 * is predicted under each; the variance is that of the first. There is no density.
 *
 * @param states under each condition, and weights of the noise under each condition
 * @param temperature factor on the noise of the sampling steps, not on the initial noise; at 0 the
 *     path starts from zero, too
 */
record DiffusionDistribution(
    DiffusionHead head, Respacing respacing, WeightedStates states, double temperature)
    implements Distribution {
  @Override
  public Draw draw(StepRandom random) {
    if (temperature == 0) {
      return mode();
    }
    NDList noise = new NDList();
    for (int i = 0; i < respacing.count(); i++) {
      noise.add(random.normal(i, head.token()));
    }
    return sample(noise);
  }

  /** The path without chance: from zero, no noise on the way. */
  @Override
  public Draw mode() {
    return sample(new NDList(states.zeroTokens(head.token())));
  }

  private Draw sample(NDList noise) {
    NDArray times = respacing.times(head.kernel(), states.first());
    NDArray tokens =
        head.kernel()
            .callForOne(
                states.scope(),
                "sample",
                new NDList(states.hidden()),
                states.shares(),
                times,
                noise,
                temperature);
    return Draw.of(tokens, null);
  }

  @Override
  public Optional<NDArray> logProb(NDArray tokens) {
    return Optional.empty();
  }

  @Override
  public Distribution guided(Distribution other, double scale) {
    if (!(other instanceof DiffusionDistribution o)) {
      throw new IllegalArgumentException(
          "guidance: expected two diffusions, found " + other.getClass().getName());
    }
    if (scale == 1) {
      return this;
    }
    return new DiffusionDistribution(head, respacing, states.guided(o.states, scale), temperature);
  }

  @Override
  public Distribution tempered(double factor) {
    return new DiffusionDistribution(head, respacing, states, temperature * factor);
  }
}
