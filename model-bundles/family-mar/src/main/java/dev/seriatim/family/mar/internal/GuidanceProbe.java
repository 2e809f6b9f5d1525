package dev.seriatim.family.mar.internal;

import ai.djl.ndarray.NDArray;
import dev.seriatim.api.engine.StepRandom;
import dev.seriatim.api.part.Distribution;
import dev.seriatim.api.part.Draw;
import dev.seriatim.api.part.Guide;
import dev.seriatim.api.part.Stream;
import dev.seriatim.api.verification.Trace;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Notes how strongly guides would guide it. */
final class GuidanceProbe implements Distribution {
  private double scale = 1;

  /** The scale of the guidance at a step. */
  static double scale(List<Guide> guides, Trace.Turn turn) {
    GuidanceProbe probe = new GuidanceProbe();
    for (Guide guide : guides) {
      guide.apply(probe, Map.of(Stream.UNCONDITIONAL, probe), turn.step(), turn.before());
    }
    return probe.scale;
  }

  @Override
  public Distribution guided(Distribution other, double by) {
    scale = by;
    return this;
  }

  @Override
  public Distribution tempered(double temperature) {
    return this;
  }

  @Override
  public Draw draw(StepRandom random) {
    throw new IllegalStateException("Nothing to draw");
  }

  @Override
  public Draw mode() {
    throw new IllegalStateException("Nothing to draw");
  }

  @Override
  public Optional<NDArray> logProb(NDArray tokens) {
    return Optional.empty();
  }
}
