package dev.seriatim.guides.internal;

import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.part.Distribution;
import dev.seriatim.api.part.Guide;
import dev.seriatim.api.part.Knobs;
import dev.seriatim.api.part.Step;
import dev.seriatim.api.part.Stream;
import java.util.List;
import java.util.Map;

/**
 * Classifier-free guidance (Ho and Salimans, 2022): away from the unconditional distribution, where
 * the head's guidance lives.
 *
 * @param scale 1 is none; then no unconditional stream is run
 * @param schedule how the scale grows from 1
 */
record ClassifierFree(double scale, GuidanceSchedule schedule) implements Guide {
  @Override
  public Stage stage() {
    return Stage.COMBINE;
  }

  @Override
  public List<Stream> streams() {
    return scale == 1 ? List.of() : List.of(Stream.UNCONDITIONAL);
  }

  @Override
  public Distribution apply(
      Distribution distribution, Map<Stream, Distribution> others, Step step, Canvas canvas) {
    Distribution unconditional = others.get(Stream.UNCONDITIONAL);
    if (scale == 1) {
      return distribution;
    }
    double settled = (double) canvas.settled(0) / canvas.layout().slots();
    double share = schedule.share(step.knobs().get(Knobs.PROGRESS, settled));
    double now = (1 + (scale - 1) * share) * step.knobs().get(Knobs.GUIDANCE, 1);
    return distribution.guided(unconditional, now);
  }
}
