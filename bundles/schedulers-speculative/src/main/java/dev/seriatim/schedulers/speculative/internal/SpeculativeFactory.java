package dev.seriatim.schedulers.speculative.internal;

import static dev.seriatim.api.part.PartException.require;

import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.ConfigKey;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.ProvidesPart;
import dev.seriatim.api.part.Scheduler;
import org.osgi.service.component.annotations.Component;

/**
 * Makes schedulers that let the model's draft run ahead (Leviathan et al., "Fast inference from
 * transformers via speculative decoding", 2023).
 */
@Component(service = PartFactory.class)
@ProvidesPart(
    kind = ProvidesPart.SCHEDULER,
    id = SpeculativeFactory.ID,
    version = "1.0.0",
    tokens = ProvidesPart.DISCRETE,
    orders = "speculative")
public final class SpeculativeFactory
    implements PartFactory<Scheduler, SpeculativeFactory.Configuration> {
  static final String ID = "speculative";

  /** How far it runs ahead. */
  public record Configuration(
      @ConfigKey(
              value = "slots that one pass of the model verifies, at least 1",
              defaultValue = "5")
          int length,
      @ConfigKey(value = Acceptance.MEANING, defaultValue = Acceptance.DEFAULT)
          String acceptance) {}

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public Blueprint<Scheduler> blueprint(Configuration configuration, Frame frame) {
    int length = configuration.length;
    require(length >= 1, ID, "length", "at least 1", length);
    Acceptance acceptance = Acceptance.of(ID, configuration.acceptance);
    return new Verifying.Layout(frame, length, DraftModel::new, acceptance);
  }
}
