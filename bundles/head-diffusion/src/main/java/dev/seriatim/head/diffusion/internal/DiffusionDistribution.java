package dev.seriatim.head.diffusion.internal;

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
 * The diffusion of a step's tokens under one or several conditions. Guidance weighs the noise that
 * is predicted under each; the variance is that of the first. There is no density.
 *
 * @param hidden of each condition, float32 [sample, slot, width]
 * @param weights of the noise under each condition; their sum is 1
 * @param temperature factor on the noise of the sampling steps, not on the initial noise; at 0 the
 *     path starts from zero, too
 */
record DiffusionDistribution(
    DiffusionHead head,
    Respacing respacing,
    List<NDArray> hidden,
    List<Double> weights,
    double temperature)
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
    Shape states = hidden.get(0).getShape();
    Shape tokens = new Shape(states.get(0), states.get(1), head.token());
    return sample(new NDList(hidden.get(0).getManager().zeros(tokens)));
  }

  private Draw sample(NDList noise) {
    NDArray first = hidden.get(0);
    NDManager scope = first.getManager();
    float[] shares = new float[weights.size()];
    for (int i = 0; i < shares.length; i++) {
      shares[i] = weights.get(i).floatValue();
    }
    NDArray times = respacing.times(head.kernel(), first);
    NDArray tokens =
        head.kernel()
            .callForOne(
                scope,
                "sample",
                new NDList(hidden),
                scope.create(shares),
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
    List<NDArray> all = new ArrayList<>(hidden);
    all.addAll(o.hidden);
    List<Double> shares = new ArrayList<>();
    weights.forEach(weight -> shares.add(scale * weight));
    o.weights.forEach(weight -> shares.add((1 - scale) * weight));
    return new DiffusionDistribution(head, respacing, all, shares, temperature);
  }

  @Override
  public Distribution tempered(double factor) {
    return new DiffusionDistribution(head, respacing, hidden, weights, temperature * factor);
  }
}
