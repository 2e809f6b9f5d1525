package dev.seriatim.family.bd3lms.internal;

import ai.djl.ndarray.NDArray;
import dev.seriatim.api.engine.StepRandom;
import dev.seriatim.api.part.CategoricalDistribution;
import dev.seriatim.api.part.Distribution;
import dev.seriatim.api.part.Draw;
import java.util.Optional;

/** Shows what a plan draws from: a draw gives the logits in the place of tokens. */
record Probe(NDArray logits) implements CategoricalDistribution {
  @Override
  public CategoricalDistribution withLogits(NDArray bent) {
    return new Probe(bent);
  }

  @Override
  public Draw draw(StepRandom random) {
    return Draw.of(logits, null);
  }

  @Override
  public Draw mode() {
    return draw(null);
  }

  @Override
  public Optional<NDArray> logProb(NDArray tokens) {
    return Optional.empty();
  }

  @Override
  public Distribution guided(Distribution other, double scale) {
    return this;
  }

  @Override
  public Distribution tempered(double temperature) {
    return this;
  }
}
