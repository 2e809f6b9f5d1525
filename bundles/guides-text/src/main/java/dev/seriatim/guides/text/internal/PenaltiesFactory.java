package dev.seriatim.guides.text.internal;

import static dev.seriatim.api.part.PartException.require;

import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.ConfigKey;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.Guide;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.ProvidesPart;
import org.osgi.service.component.annotations.Component;

/**
 * Makes guides against repetition: the penalty of Keskar et al., "CTRL: a conditional transformer
 * language model for controllable generation", 2019, by which logits are divided where they are
 * above 0 and multiplied where they are below; and amounts that are subtracted once, and once for
 * each time that an id is there.
 */
@Component(service = PartFactory.class)
@ProvidesPart(
    kind = ProvidesPart.GUIDE,
    id = PenaltiesFactory.ID,
    version = "1.0.0",
    tokens = ProvidesPart.DISCRETE)
public final class PenaltiesFactory implements PartFactory<Guide, PenaltiesFactory.Configuration> {
  static final String ID = "penalties";

  /** How much. */
  public record Configuration(
      @ConfigKey(
              value = "factor against ids that are there already, above 0; 1 for none",
              defaultValue = "1")
          double repetition,
      @ConfigKey(value = "subtracted from logits of ids that are there already", defaultValue = "0")
          double presence,
      @ConfigKey(value = "subtracted for each time that an id is there", defaultValue = "0")
          double frequency,
      @ConfigKey(
              value = "how many ids are looked at, from the last one back; 0 for all",
              defaultValue = "0")
          int last) {}

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public Blueprint<Guide> blueprint(Configuration configuration, Frame frame) {
    require(configuration.repetition > 0, ID, "repetition", "above 0", configuration.repetition);
    require(configuration.last >= 0, ID, "last", "at least 0", configuration.last);
    Categorical.require(ID, frame);
    return Blueprint.weightless(frame, () -> new Penalties(configuration));
  }
}
