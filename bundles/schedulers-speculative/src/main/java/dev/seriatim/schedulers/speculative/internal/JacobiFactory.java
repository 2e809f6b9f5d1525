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
 * Makes schedulers that solve a window of tokens for the fixed point of greedy or coupled draws
 * (Song et al., "Accelerating feedforward computation via parallel nonlinear equation solving",
 * 2021; Santilli et al., "Accelerating transformer inference for translation via parallel
 * decoding", 2023). The result is plain decoding's.
 */
@Component(service = PartFactory.class)
@ProvidesPart(
    kind = ProvidesPart.SCHEDULER,
    id = JacobiFactory.ID,
    version = "1.0.0",
    tokens = ProvidesPart.DISCRETE,
    orders = "speculative")
public final class JacobiFactory implements PartFactory<Scheduler, JacobiFactory.Configuration> {
  static final String ID = "jacobi";

  /** Meaning of the configuration key {@code window}. */
  static final String WINDOW = "slots that one pass of the model predicts, at least 1";

  /** The window. */
  public record Configuration(
      @ConfigKey(value = WINDOW, defaultValue = "16") int window,
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
        Acceptance.COUPLED);
  }
}
