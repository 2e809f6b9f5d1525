package dev.seriatim.schedulers.internal;

import static dev.seriatim.api.part.PartException.require;

import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.ConfigKey;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.ProvidesPart;
import dev.seriatim.api.part.Scheduler;
import org.osgi.service.component.annotations.Component;

/** Makes {@link Permuted} schedulers. */
@Component(service = PartFactory.class)
@ProvidesPart(
    kind = ProvidesPart.SCHEDULER,
    id = PermutedFactory.ID,
    version = "1.0.0",
    orders = "permuted")
public final class PermutedFactory
    implements PartFactory<Scheduler, PermutedFactory.Configuration> {
  static final String ID = "permuted";

  /** Which order. */
  public record Configuration(
      @ConfigKey(
              value =
                  "random (another order for each sample and seed) or raster (that of the slots'"
                      + " numbers)",
              defaultValue = "\"random\"")
          String order,
      @ConfigKey(
              value = "probability that a sample is shown in a random order in training, 0 to 1",
              defaultValue = "1")
          double randomRatio) {}

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public Blueprint<Scheduler> blueprint(Configuration configuration, Frame frame) {
    String order = configuration.order;
    double ratio = configuration.randomRatio;
    boolean random = order.equals("random");
    require(random || order.equals("raster"), ID, "order", "random or raster", order);
    require(ratio >= 0 && ratio <= 1, ID, "random-ratio", "0 to 1", ratio);
    return Blueprint.weightless(frame, () -> new Permuted(random, ratio));
  }
}
