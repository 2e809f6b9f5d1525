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
 * Makes schedulers of burst sampling (Pannatier et al., "σ-GPTs: a new approach to autoregressive
 * models", 2024): the model guesses all unknown slots each for itself; then it predicts them in
 * several random orders, and the guesses settle that stand in the best of these, up to the first
 * that is refused. Refused slots are guessed again in the next burst, which makes the result an
 * approximation of what the model says; {@link AssdFactory} is the exact way.
 */
@Component(service = PartFactory.class)
@ProvidesPart(
    kind = ProvidesPart.SCHEDULER,
    id = SigmaGptFactory.ID,
    version = "1.0.0",
    tokens = ProvidesPart.DISCRETE,
    orders = "any-subset")
public final class SigmaGptFactory
    implements PartFactory<Scheduler, SigmaGptFactory.Configuration> {
  static final String ID = "sigma-gpt";

  /** How much is tried. */
  public record Configuration(
      @ConfigKey(value = "random orders that are tried for the same guesses", defaultValue = "2")
          int orders,
      @ConfigKey(value = AssdFactory.LENGTH, defaultValue = "0") int length) {}

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public Blueprint<Scheduler> blueprint(Configuration configuration, Frame frame) {
    int orders = configuration.orders;
    int length = configuration.length;
    require(orders >= 1, ID, "orders", "at least 1", orders);
    require(length >= 0, ID, "length", "at least 0", length);
    return new AnySubset.Layout(frame, length, true, false, orders);
  }
}
