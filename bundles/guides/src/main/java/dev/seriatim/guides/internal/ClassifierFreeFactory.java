package dev.seriatim.guides.internal;

import static dev.seriatim.api.part.PartException.require;

import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.ConfigKey;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.Guide;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.ProvidesPart;
import org.osgi.service.component.annotations.Component;

/**
 * Makes {@link ClassifierFree} guides. Published code counts the scale in two ways: from 1, as
 * here, {@code other + scale · (this - other)}; or from 0, {@code this + s · (this - other)}, which
 * is scale 1 + s.
 */
@Component(service = PartFactory.class)
@ProvidesPart(kind = ProvidesPart.GUIDE, id = ClassifierFreeFactory.ID, version = "1.1.0")
public final class ClassifierFreeFactory
    implements PartFactory<Guide, ClassifierFreeFactory.Configuration> {
  static final String ID = "cfg";

  /** How strong, and when. */
  public record Configuration(
      @ConfigKey("guidance scale, at least 0; 1 is none, 0 is unconditional") double scale,
      @ConfigKey(
              value =
                  "how the scale grows from 1: constant (not at all), linear, cosine or power-cosine"
                      + " in the share of the slots that are settled before a step, linear-after in"
                      + " that after it, linear-by-step in the place of the step",
              defaultValue = "\"constant\"")
          String schedule,
      @ConfigKey(
              value = "exponent of power-cosine on the settled share, at least 0; 0 is constant",
              defaultValue = "1")
          double power,
      @ConfigKey(
              value = "guidance ends once more slots than this are settled; -1 for never",
              defaultValue = "-1")
          int interval) {}

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public Blueprint<Guide> blueprint(Configuration configuration, Frame frame) {
    double scale = configuration.scale;
    double power = configuration.power;
    int interval = configuration.interval;
    require(scale >= 0 && Double.isFinite(scale), ID, "scale", "a number of at least 0", scale);
    GuidanceSchedule schedule = GuidanceSchedule.of(ID, configuration.schedule);
    schedule.checkPower(ID, power);
    require(interval >= -1, ID, "interval", "at least -1", interval);
    return Blueprint.weightless(frame, () -> new ClassifierFree(scale, schedule, power, interval));
  }
}
