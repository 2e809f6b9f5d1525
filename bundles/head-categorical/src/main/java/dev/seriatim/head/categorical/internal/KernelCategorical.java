package dev.seriatim.head.categorical.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.engine.StepRandom;
import dev.seriatim.api.part.CategoricalDistribution;
import dev.seriatim.api.part.Distribution;
import dev.seriatim.api.part.Draw;
import java.util.Optional;

/** A categorical distribution whose draws run in the head's kernel. */
record KernelCategorical(Kernel kernel, int numbers, NDArray logits)
    implements CategoricalDistribution {
  @Override
  public CategoricalDistribution withLogits(NDArray bent) {
    return new KernelCategorical(kernel, numbers, bent);
  }

  @Override
  public Draw draw(StepRandom random) {
    return toDraw(kernel.call(logits.getManager(), "draw", logits, random.uniform(0, numbers)));
  }

  @Override
  public Draw mode() {
    return toDraw(kernel.call(logits.getManager(), "mode", logits));
  }

  @Override
  public Optional<NDArray> logProb(NDArray tokens) {
    return Optional.of(kernel.callForOne(logits.getManager(), "log_prob", logits, tokens));
  }

  @Override
  public Distribution guided(Distribution other, double scale) {
    if (!(other instanceof CategoricalDistribution o)) {
      throw new IllegalArgumentException(
          "guidance: expected two categorical distributions, found " + other.getClass().getName());
    }
    return withLogits(o.logits().add(logits.sub(o.logits()).mul(scale)));
  }

  @Override
  public Distribution tempered(double temperature) {
    if (temperature == 0) {
      return withLogits(kernel.callForOne(logits.getManager(), "point", logits));
    }
    return temperature == 1 ? this : withLogits(logits.div(temperature));
  }

  private static Draw toDraw(NDList result) {
    return new Draw(result.get(0), result.get(1), result.get(2), null);
  }
}
