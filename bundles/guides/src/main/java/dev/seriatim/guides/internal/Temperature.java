package dev.seriatim.guides.internal;

import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.part.Distribution;
import dev.seriatim.api.part.Guide;
import dev.seriatim.api.part.Knobs;
import dev.seriatim.api.part.Step;
import dev.seriatim.api.part.Stream;
import java.util.Map;

/**
 * Sharpens or flattens, times the scheduler's own factor.
 *
 * @param value above 0; 1 changes nothing
 */
record Temperature(double value) implements Guide {
  @Override
  public Stage stage() {
    return Stage.TEMPER;
  }

  @Override
  public Distribution apply(
      Distribution distribution, Map<Stream, Distribution> others, Step step, Canvas canvas) {
    return distribution.tempered(value * step.knobs().get(Knobs.TEMPERATURE, 1));
  }
}
