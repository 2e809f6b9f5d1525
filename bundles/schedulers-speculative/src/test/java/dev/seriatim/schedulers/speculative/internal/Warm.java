package dev.seriatim.schedulers.speculative.internal;

import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.part.Distribution;
import dev.seriatim.api.part.Guide;
import dev.seriatim.api.part.Step;
import dev.seriatim.api.part.Stream;
import java.util.Map;

/** A temperature. */
record Warm(double temperature) implements Guide {
  @Override
  public Stage stage() {
    return Stage.TEMPER;
  }

  @Override
  public Distribution apply(
      Distribution distribution, Map<Stream, Distribution> others, Step step, Canvas canvas) {
    return distribution.tempered(temperature);
  }
}
