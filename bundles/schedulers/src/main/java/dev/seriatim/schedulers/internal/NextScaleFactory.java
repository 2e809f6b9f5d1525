package dev.seriatim.schedulers.internal;

import static dev.seriatim.api.part.PartException.require;

import dev.seriatim.api.canvas.Pyramid;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.ConfigKey;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.ProvidesPart;
import dev.seriatim.api.part.Scheduler;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/** Makes {@link NextScale} schedulers. */
@Component(service = PartFactory.class)
@ProvidesPart(
    kind = ProvidesPart.SCHEDULER,
    id = NextScaleFactory.ID,
    version = "1.0.0",
    orders = "next-scale")
public final class NextScaleFactory
    implements PartFactory<Scheduler, NextScaleFactory.Configuration> {
  static final String ID = "next-scale";

  /** Which scales, and how finely a head samples each. */
  public record Configuration(
      @ConfigKey(
              value = "scale to begin with, 0 the coarsest; coarser ones must be settled",
              defaultValue = "0")
          int firstScale,
      @ConfigKey(value = "scale to end with; -1 for the finest", defaultValue = "-1") int lastScale,
      @ConfigKey(
              value =
                  "steps in which the slots of a scale settle, the most confident first; at least 1",
              defaultValue = "1")
          int steps,
      @ConfigKey(
              value =
                  "sampling steps of a diffusion or flow head at each scale of the pyramid; empty:"
                      + " the head's own",
              defaultValue = "[]")
          List<Integer> headSteps) {
    /** Copies the list. */
    public Configuration {
      headSteps = List.copyOf(headSteps);
    }
  }

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public Blueprint<Scheduler> blueprint(Configuration configuration, Frame frame) {
    if (!(frame.layout() instanceof Pyramid pyramid)) {
      throw PartException.of(ID, "layout", "a pyramid of scales", String.valueOf(frame.layout()));
    }
    int finest = pyramid.scales().size() - 1;
    int last = configuration.lastScale == -1 ? finest : configuration.lastScale;
    int first = configuration.firstScale;
    List<Integer> headSteps = configuration.headSteps;
    int steps = configuration.steps;
    require(last >= 0 && last <= finest, ID, "last-scale", "-1 to " + finest, last);
    require(first >= 0 && first <= last, ID, "first-scale", "0 to " + last, first);
    boolean indexed = steps >= 1 && (long) steps * (finest + 1) <= 65536;
    require(indexed, ID, "steps", "1 to " + 65536 / (finest + 1), steps);
    require(
        headSteps.isEmpty() || headSteps.size() == finest + 1,
        ID,
        "head-steps",
        "none, or one for each of " + (finest + 1) + " scales",
        headSteps);
    boolean positive = headSteps.stream().allMatch(n -> n >= 1);
    require(positive, ID, "head-steps", "at least 1 each", headSteps);
    return Blueprint.weightless(frame, () -> new NextScale(pyramid, first, last, steps, headSteps));
  }
}
