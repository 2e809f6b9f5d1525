package dev.seriatim.schedulers.internal;

import static dev.seriatim.api.part.PartException.require;

import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.ConfigKey;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.ProvidesPart;
import dev.seriatim.api.part.Scheduler;
import org.osgi.service.component.annotations.Component;

/** Makes {@link MaskedRandom} schedulers, for tokens of any kind in any layout. */
@Component(service = PartFactory.class)
@ProvidesPart(
    kind = ProvidesPart.SCHEDULER,
    id = MaskedRandomFactory.ID,
    version = "1.0.0",
    orders = "masked")
public final class MaskedRandomFactory
    implements PartFactory<Scheduler, MaskedRandomFactory.Configuration> {
  static final String ID = "masked.random";

  /** How many steps, how finely the head samples each, and how much is masked in training. */
  public record Configuration(
      @ConfigKey(value = "number of steps, 1 to 65536", defaultValue = "64") int iterations,
      @ConfigKey(
              value =
                  "sampling steps of a diffusion or flow head at the start; 0 for the head's own"
                      + " number throughout",
              defaultValue = "0")
          int headStepsFirst,
      @ConfigKey(
              value = "sampling steps of the head towards the end; 0 if head-steps-first is",
              defaultValue = "0")
          int headStepsLast,
      @ConfigKey(
              value =
                  "how the head's sampling steps change as slots settle: linear, cosine, or"
                      + " two-stage (half-way)",
              defaultValue = "\"linear\"")
          String headStepsSchedule,
      @ConfigKey(
              value = "mean of the normal that the masked share is drawn from in training",
              defaultValue = "1")
          double maskRatioMean,
      @ConfigKey(value = "its deviation, at least 0", defaultValue = "0.25")
          double maskRatioDeviation,
      @ConfigKey(value = "the least masked share in training, 0 to below 1", defaultValue = "0.7")
          double maskRatioMin) {}

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public Blueprint<Scheduler> blueprint(Configuration c, Frame frame) {
    int iterations = c.iterations;
    require(iterations >= 1 && iterations <= 65536, ID, "iterations", "1 to 65536", iterations);
    double least = c.maskRatioMin;
    require(least >= 0 && least < 1, ID, "mask-ratio-min", "0 to below 1", least);
    double deviation = c.maskRatioDeviation;
    boolean spread = deviation >= 0 && deviation <= 10;
    require(spread, ID, "mask-ratio-deviation", "0 to 10", deviation);
    // Farther away, all of the normal would be cut off.
    double reach = 3 * deviation;
    boolean near = c.maskRatioMean >= least - reach && c.maskRatioMean <= 1 + reach;
    require(
        near,
        ID,
        "mask-ratio-mean",
        "within three deviations of " + least + " to 1",
        c.maskRatioMean);
    HeadSteps headSteps =
        new HeadSteps(c.headStepsFirst, c.headStepsLast, c.headStepsSchedule).checked(ID);
    TruncatedNormal ratio = new TruncatedNormal(c.maskRatioMean, deviation, least);
    return Blueprint.weightless(frame, () -> new MaskedRandom(iterations, headSteps, ratio));
  }
}
