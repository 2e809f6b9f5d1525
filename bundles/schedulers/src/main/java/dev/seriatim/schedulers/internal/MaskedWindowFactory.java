package dev.seriatim.schedulers.internal;

import static dev.seriatim.api.part.PartException.require;

import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.ConfigKey;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.ProvidesPart;
import dev.seriatim.api.part.Scheduler;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/** Makes {@link MaskedWindow} schedulers. */
@Component(service = PartFactory.class)
@ProvidesPart(
    kind = ProvidesPart.SCHEDULER,
    id = MaskedWindowFactory.ID,
    version = "1.0.0",
    tokens = ProvidesPart.DISCRETE,
    orders = "masked")
public final class MaskedWindowFactory
    implements PartFactory<Scheduler, MaskedWindowFactory.Configuration> {
  static final String ID = "masked.window";

  /** How far it looks ahead, and how sure it wants to be. */
  public record Configuration(
      @ConfigKey(value = "slots of the window, at least 1", defaultValue = "16") int window,
      @ConfigKey(
              value =
                  "entropy in nats below which slots settle, with the penalty; 0 for one slot a step",
              defaultValue = "0.4")
          double entropy,
      @ConfigKey(
              value = "nats for each slot of distance from the first unknown one, at least 0",
              defaultValue = "0.02")
          double penalty,
      @ConfigKey(
              value = "temperature at which tokens are drawn, at least 0; entropy is without it",
              defaultValue = "1")
          double temperature) {}

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public Blueprint<Scheduler> blueprint(Configuration c, Frame frame) {
    require(c.window >= 1, ID, "window", "at least 1", c.window);
    boolean below = c.entropy >= 0 && Double.isFinite(c.entropy);
    require(below, ID, "entropy", "a number of at least 0", c.entropy);
    boolean ahead = c.penalty >= 0 && Double.isFinite(c.penalty);
    require(ahead, ID, "penalty", "a number of at least 0", c.penalty);
    boolean hot = c.temperature >= 0 && Double.isFinite(c.temperature);
    require(hot, ID, "temperature", "a number of at least 0", c.temperature);
    frame.discrete(ID);
    SureDraw draw = new SureDraw(ID, c.temperature, Sureness.ENTROPY, List.of());
    return Blueprint.weightless(
        frame, () -> new MaskedWindow(c.window, c.entropy, c.penalty, draw));
  }
}
