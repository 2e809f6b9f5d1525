package dev.seriatim.schedulers.internal;

import static dev.seriatim.api.part.PartException.require;

import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.ConfigKey;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.ProvidesPart;
import dev.seriatim.api.part.Scheduler;
import org.osgi.service.component.annotations.Component;

/** Makes {@link MaskedConfidence} schedulers. */
@Component(service = PartFactory.class)
@ProvidesPart(
    kind = ProvidesPart.SCHEDULER,
    id = MaskedConfidenceFactory.ID,
    version = "1.0.0",
    tokens = ProvidesPart.DISCRETE,
    orders = "masked")
public final class MaskedConfidenceFactory
    implements PartFactory<Scheduler, MaskedConfidenceFactory.Configuration> {
  static final String ID = "masked.confidence";

  /** How many steps, how many slots stay unknown, and how random the choice is. */
  public record Configuration(
      @ConfigKey(value = "number of steps, 1 to 65536", defaultValue = "8") int steps,
      @ConfigKey(
              value =
                  "share of the slots that is still unknown as time goes from 0 to 1, and in"
                      + " training at a random time: cosine (Chang et al., 2022) or arccos (Yu et"
                      + " al., 2024)",
              defaultValue = "\"cosine\"")
          String schedule,
      @ConfigKey(
              value =
                  "temperature of the Gumbel noise on confidences at the start, at least 0; it falls"
                      + " linearly to 0 in the last step",
              defaultValue = "4.5")
          double temperature,
      @ConfigKey(
              value =
                  "constant (tokens are drawn as head and guides say) or annealed (at the"
                      + " temperature of the noise; needs the guide 'temperature' in the model)",
              defaultValue = "\"constant\"")
          String tokenTemperature,
      @ConfigKey(
              value =
                  "whether logits are divided by 0.5 + 0.8 · (share of the steps to go); needs the"
                      + " guide 'temperature' in the model",
              defaultValue = "false")
          boolean softmaxAnnealing) {}

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public Blueprint<Scheduler> blueprint(Configuration configuration, Frame frame) {
    int steps = configuration.steps;
    double temperature = configuration.temperature;
    require(steps >= 1 && steps <= 65536, ID, "steps", "1 to 65536", steps);
    require(
        temperature >= 0 && Double.isFinite(temperature),
        ID,
        "temperature",
        "a number of at least 0",
        temperature);
    MaskSchedule schedule =
        switch (configuration.schedule) {
          case "cosine" -> MaskSchedule.COSINE;
          case "arccos" -> MaskSchedule.ARCCOS;
          default ->
              throw PartException.of(ID, "schedule", "cosine or arccos", configuration.schedule);
        };
    boolean annealed = configuration.tokenTemperature.equals("annealed");
    require(
        annealed || configuration.tokenTemperature.equals("constant"),
        ID,
        "token-temperature",
        "constant or annealed",
        configuration.tokenTemperature);
    frame.discrete(ID);
    return Blueprint.weightless(
        frame,
        () ->
            new MaskedConfidence(
                steps, schedule, temperature, annealed, configuration.softmaxAnnealing));
  }
}
