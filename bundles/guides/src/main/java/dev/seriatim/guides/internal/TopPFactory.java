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
    version = "1.0.0",
    tokens = ProvidesPart.DISCRETE)
public final class TopPFactory implements PartFactory<Guide, TopPFactory.Configuration> {
  static final String ID = "top-p";

  /** How much. */
  public record Configuration(
      @ConfigKey("probability that stays, above 0 up to 1; 1 keeps all") double p) {}

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public Blueprint<Guide> blueprint(Configuration configuration, Frame frame) {
    double p = configuration.p;
    require(p > 0 && p <= 1, ID, "p", "above 0 and at most 1", p);
    frame.discrete(ID);
    return Blueprint.weightless(frame, () -> new TopP(p));
  }

  private static final class TopP extends LogitsGuide {
    private final double p;

    TopP(double p) {
      super(ID);
      this.p = p;
    }

    @Override
    NDArray threshold(NDArray logits) {
      NDArray ascending = logits.sort(-1);
      // A token goes when it and all less probable ones together hold no more than 1 - p.
      NDArray gone = ascending.softmax(-1).cumSum(-1).lte(1 - p);
      NDArray infinity =
          logits.getManager().create(Float.POSITIVE_INFINITY).broadcast(logits.getShape());
      NDArray least = NDArrays.where(gone, infinity, ascending).min(new int[] {-1}, true);
      // The most probable token stays even where rounding says otherwise.
      return NDArrays.minimum(least, ascending.max(new int[] {-1}, true));
    }
  }
}
