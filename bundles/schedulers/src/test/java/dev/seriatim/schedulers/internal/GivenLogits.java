package dev.seriatim.schedulers.internal;

import ai.djl.ndarray.NDArray;
import dev.seriatim.api.engine.StepRandom;
import dev.seriatim.api.part.CategoricalDistribution;
import dev.seriatim.api.part.Distribution;
import dev.seriatim.api.part.Draw;
import java.util.Optional;

/** A softmax of given logits, [sample, slot, codebook, vocabulary]. */
record GivenLogits(NDArray logits) implements CategoricalDistribution {
  @Override
  public CategoricalDistribution withLogits(NDArray bent) {
    return new GivenLogits(bent);
  }

  @Override
  public Draw draw(StepRandom random) {
    int vocabulary = (int) logits.getShape().get(3);
    NDArray uniform = random.uniform(0, vocabulary).reshape(logits.getShape());
    return tokens(logits.add(GumbelNoise.of(uniform)).argMax(-1));
  }

  @Override
  public Draw mode() {
    return tokens(logits.argMax(-1));
  }

  private Draw tokens(NDArray tokens) {
    return Draw.of(tokens, logProb(tokens).orElseThrow());
  }

  @Override
  public Optional<NDArray> logProb(NDArray tokens) {
    NDArray picked = logits.logSoftmax(-1).gather(tokens.expandDims(-1), -1).squeeze(-1);
    return Optional.of(picked.sum(new int[] {-1}));
  }

  @Override
  public Distribution guided(Distribution other, double scale) {
    NDArray away = ((GivenLogits) other).logits;
    return withLogits(away.add(logits.sub(away).mul(scale)));
  }

  @Override
  public Distribution tempered(double temperature) {
    return withLogits(logits.div(temperature));
  }
}
