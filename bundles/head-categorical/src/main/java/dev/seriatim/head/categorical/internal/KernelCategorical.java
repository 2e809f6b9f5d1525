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
record KernelCategorical(Kernel kernel, int codebooks, NDArray logits)
    implements CategoricalDistribution {
  @Override
  public CategoricalDistribution withLogits(NDArray bent) {
    return new KernelCategorical(kernel, codebooks, bent);
  }

  @Override
  public Draw draw(StepRandom random) {
    return toDraw(kernel.call(logits.getManager(), "draw", logits, random.uniform(0, codebooks)));
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
    return temperature == 1 ? this : withLogits(logits.div(temperature));
  }

  private static Draw toDraw(NDList idsAndLogProb) {
    return Draw.of(idsAndLogProb.get(0), idsAndLogProb.get(1));
  }
}
