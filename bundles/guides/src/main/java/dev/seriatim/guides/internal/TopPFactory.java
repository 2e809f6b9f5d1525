package dev.seriatim.guides.internal;

import static dev.seriatim.api.part.PartException.require;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.ConfigKey;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.Guide;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.ProvidesPart;
import org.osgi.service.component.annotations.Component;

/**
 * Makes guides that keep the smallest set of tokens whose probabilities reach p (Holtzman et al.,
 * "The curious case of neural text degeneration", 2020), and those that tie with the last of them.
 */
@Component(service = PartFactory.class)
@ProvidesPart(
    kind = ProvidesPart.GUIDE,
    id = TopPFactory.ID,
    version = "1.1.0",
    tokens = ProvidesPart.DISCRETE)
public final class TopPFactory implements PartFactory<Guide, TopPFactory.Configuration> {
  static final String ID = "top-p";

  /** How much. */
  public record Configuration(
      @ConfigKey("probability that stays, above 0 up to 1; 1 keeps all") double p,
      @ConfigKey(
              value =
                  "whether the token with which p is crossed goes too, as in BD3-LM; the most"
                      + " probable token stays anyhow",
              defaultValue = "false")
          boolean strict) {
    /** The token with which p is crossed stays. */
    Configuration(double p) {
      this(p, false);
    }
  }

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public Blueprint<Guide> blueprint(Configuration configuration, Frame frame) {
    double p = configuration.p;
    require(p > 0 && p <= 1, ID, "p", "above 0 and at most 1", p);
    frame.discrete(ID);
    return Blueprint.weightless(
        frame, () -> p == 1 ? new TopP(1, false) : new TopP(p, configuration.strict));
  }

  private static final class TopP extends ThresholdGuide {
    private final double p;
    private final boolean strict;

    TopP(double p, boolean strict) {
      super(ID);
      this.p = p;
      this.strict = strict;
    }

    @Override
    NDArray threshold(NDArray logits) {
      NDArray ascending = logits.sort(-1);
      NDArray probabilities = ascending.softmax(-1);
      NDArray sums = probabilities.cumSum(-1);
      // A token goes when it and all less probable ones together hold no more than 1 - p; where the
      // one that crosses p goes too, when the less probable ones alone hold less than that.
      NDArray gone = strict ? sums.sub(probabilities).lt(1 - p) : sums.lte(1 - p);
      NDArray infinity =
          logits.getManager().create(Float.POSITIVE_INFINITY).broadcast(logits.getShape());
      NDArray least = NDArrays.where(gone, infinity, ascending).min(new int[] {-1}, true);
      // The most probable token stays even where rounding says otherwise.
      return NDArrays.minimum(least, ascending.max(new int[] {-1}, true));
    }
  }
}
