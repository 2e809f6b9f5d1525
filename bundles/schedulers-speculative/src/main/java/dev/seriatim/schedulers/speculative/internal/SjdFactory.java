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
 * Makes schedulers of speculative Jacobi decoding (Teng et al., "Accelerating auto-regressive
 * text-to-image generation with training-free speculative Jacobi decoding", 2024): what one
 * iteration draws for a window is what the next one verifies, by the ratio of the probabilities
 * that the two give it. The result is distributed as plain decoding's.
 */
@Component(service = PartFactory.class)
@ProvidesPart(
    kind = ProvidesPart.SCHEDULER,
    id = SjdFactory.ID,
    version = "1.0.0",
    tokens = ProvidesPart.DISCRETE,
    orders = "speculative")
public final class SjdFactory implements PartFactory<Scheduler, SjdFactory.Configuration> {
  static final String ID = "sjd";

  /** The window. */
  public record Configuration(
      @ConfigKey(value = JacobiFactory.WINDOW, defaultValue = "16") int window,
      @ConfigKey(value = FirstGuess.MEANING, defaultValue = FirstGuess.DEFAULT) String guess) {}

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public Blueprint<Scheduler> blueprint(Configuration configuration, Frame frame) {
    int window = configuration.window;
    require(window >= 1, ID, "window", "at least 1", window);
    FirstGuess guess = FirstGuess.of(ID, configuration.guess, frame.layout());
    return new Verifying.Layout(
        frame,
        window,
        (request, residual) -> new LastDraws(request, residual, guess),
        Acceptance.RESIDUAL);
  }
}
