package dev.seriatim.guides.internal;

import static dev.seriatim.api.part.PartException.require;

import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.ConfigKey;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.Guide;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.ProvidesPart;
import org.osgi.service.component.annotations.Component;

/** Makes {@link ClassifierFree} guides. */
@Component(service = PartFactory.class)
@ProvidesPart(kind = ProvidesPart.GUIDE, id = ClassifierFreeFactory.ID, version = "1.0.0")
public final class ClassifierFreeFactory
    implements PartFactory<Guide, ClassifierFreeFactory.Configuration> {
  static final String ID = "cfg";

  /** How strong, and when. */
  public record Configuration(
      @ConfigKey("guidance scale, at least 0; 1 is none, 0 is unconditional") double scale,
      @ConfigKey(
              value = "how the scale grows from 1 as slots settle: constant, linear, or cosine",
              defaultValue = "\"constant\"")
          String schedule,
      @ConfigKey(
              value = "exponent on the settled fraction in a cosine schedule, above 0",
              defaultValue = "1")
          double power) {}

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public Blueprint<Guide> blueprint(Configuration configuration, Frame frame) {
    double scale = configuration.scale;
    double power = configuration.power;
    require(scale >= 0 && Double.isFinite(scale), ID, "scale", "a number of at least 0", scale);
    require(power > 0 && Double.isFinite(power), ID, "power", "a number above 0", power);
    GuidanceSchedule schedule =
        switch (configuration.schedule) {
          case "constant" -> settled -> 1;
          case "linear" -> settled -> settled;
          case "cosine" -> settled -> (1 - Math.cos(Math.PI * Math.pow(settled, power))) / 2;
          default ->
              throw PartException.of(
                  ID, "schedule", "constant, linear or cosine", configuration.schedule);
        };
    return Blueprint.weightless(frame, () -> new ClassifierFree(scale, schedule));
  }
}
