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
 * @param power exponent of the schedule
 * @param interval guidance ends once more slots than this are settled; negative for never
 */
record ClassifierFree(double scale, GuidanceSchedule schedule, double power, int interval)
    implements Guide {
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
    Moment at = new Moment(step, canvas);
    boolean over = interval >= 0 && at.settled() > interval;
    if (scale == 1 || over) {
      return distribution;
    }
    double grown = 1 + (scale - 1) * schedule.share(at, power);
    double now = grown * step.knobs().get(Knobs.GUIDANCE, 1);
    return distribution.guided(others.get(Stream.UNCONDITIONAL), now);
  }
}
