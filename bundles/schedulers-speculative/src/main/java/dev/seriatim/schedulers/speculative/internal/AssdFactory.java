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
 * Makes schedulers of any-subset speculative decoding (Guo and Ermon, "Reviving any-subset
 * autoregressive models with principled parallel sampling and speculative decoding", 2025): the
 * model guesses all unknown slots each for itself, then verifies them in its order by the ratio of
 * the two probabilities; the first that is refused is drawn anew. The result is distributed as that
 * of one slot after the other, in no more passes: of two passes, at least two slots settle.
 */
@Component(service = PartFactory.class)
@ProvidesPart(
    kind = ProvidesPart.SCHEDULER,
    id = AssdFactory.ID,
    version = "1.0.0",
    tokens = ProvidesPart.DISCRETE,
    orders = "any-subset")
public final class AssdFactory implements PartFactory<Scheduler, AssdFactory.Configuration> {
  static final String ID = "assd";

  /** Meaning of the configuration key {@code length}. */
  static final String LENGTH = "slots that one pass guesses; 0 for all that are unknown";

  /** The order, and how many slots are guessed. */
  public record Configuration(
      @ConfigKey(
              value =
                  "random (another order for each sample and seed) or raster (that of the slots'"
                      + " numbers)",
              defaultValue = "\"random\"")
          String order,
      @ConfigKey(value = LENGTH, defaultValue = "0") int length) {}

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public Blueprint<Scheduler> blueprint(Configuration configuration, Frame frame) {
    String order = configuration.order;
    int length = configuration.length;
    boolean random = order.equals("random");
    require(random || order.equals("raster"), ID, "order", "random or raster", order);
    require(length >= 0, ID, "length", "at least 0", length);
    return new AnySubset.Layout(frame, length, random, true, 1);
  }
}
