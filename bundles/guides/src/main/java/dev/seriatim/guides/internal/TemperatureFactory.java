package dev.seriatim.guides.internal;

import static dev.seriatim.api.part.PartException.require;

import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.ConfigKey;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.Guide;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.ProvidesPart;
import org.osgi.service.component.annotations.Component;

/** Makes {@link Temperature} guides. */
@Component(service = PartFactory.class)
@ProvidesPart(kind = ProvidesPart.GUIDE, id = TemperatureFactory.ID, version = "1.0.0")
public final class TemperatureFactory
    implements PartFactory<Guide, TemperatureFactory.Configuration> {
  static final String ID = "temperature";

  /** How sharp. */
  public record Configuration(
      @ConfigKey(
              value =
                  "below 1 sharpens, above 1 flattens; above 0 (for greedy decoding ask for the mode)",
              defaultValue = "1")
          double value) {}

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public Blueprint<Guide> blueprint(Configuration configuration, Frame frame) {
    double value = configuration.value;
    require(value > 0 && Double.isFinite(value), ID, "value", "a number above 0", value);
    return Blueprint.weightless(frame, () -> new Temperature(value));
  }
}
