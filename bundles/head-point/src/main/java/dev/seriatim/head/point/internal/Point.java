package dev.seriatim.head.point.internal;

import ai.djl.ndarray.NDArray;
import dev.seriatim.api.engine.StepRandom;
import dev.seriatim.api.part.Distribution;
import dev.seriatim.api.part.Draw;
import java.util.Optional;

/**
 * All probability on one vector for each slot: every draw is the mode, whatever the temperature. It
 * has no density.
 *
 * @param values float32 [sample, slot, width]
 */
record Point(NDArray values) implements Distribution {
  @Override
  public Draw draw(StepRandom random) {
    return mode();
  }

  @Override
  public Draw mode() {
    return Draw.of(values, null);
  }

  @Override
  public Optional<NDArray> logProb(NDArray tokens) {
    return Optional.empty();
  }

  @Override
  public Distribution guided(Distribution other, double scale) {
    if (!(other instanceof Point o)) {
      throw new IllegalArgumentException(
          "guidance: expected two points, found " + other.getClass().getName());
    }
    return scale == 1 ? this : new Point(o.values.add(values.sub(o.values).mul(scale)));
  }

  @Override
  public Distribution tempered(double temperature) {
    return this;
  }
}
