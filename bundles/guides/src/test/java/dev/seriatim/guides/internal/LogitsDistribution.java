package dev.seriatim.guides.internal;

import ai.djl.ndarray.NDArray;
import dev.seriatim.api.engine.StepRandom;
import dev.seriatim.api.part.CategoricalDistribution;
import dev.seriatim.api.part.Distribution;
import dev.seriatim.api.part.Draw;
import java.util.Optional;

/** A softmax in plain array operations, to bend. */
record LogitsDistribution(NDArray logits) implements CategoricalDistribution {
  @Override
  public CategoricalDistribution withLogits(NDArray bent) {
    return new LogitsDistribution(bent);
  }

  @Override
  public Draw draw(StepRandom random) {
    // Gumbel-max: the largest of logits plus Gumbel noise is a draw from their softmax.
    int size = (int) (logits.getShape().get(2) * logits.getShape().get(3));
    NDArray uniform = random.uniform(0, size).reshape(logits.getShape());
    NDArray gumbel = uniform.add(1e-9f).log().neg().log().neg();
    return Draw.of(logits.add(gumbel).argMax(-1), null);
  }

  @Override
  public Draw mode() {
    return Draw.of(logits.argMax(-1), null);
  }

  @Override
  public Optional<NDArray> logProb(NDArray tokens) {
    return Optional.empty();
  }

  @Override
  public Distribution guided(Distribution other, double scale) {
    NDArray others = ((LogitsDistribution) other).logits();
    return withLogits(others.add(logits.sub(others).mul(scale)));
  }

  @Override
  public Distribution tempered(double temperature) {
    return withLogits(logits.div(temperature));
  }
}
