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
 * Makes guides that keep the tokens whose surprise is nearest to the one that is expected, as many
 * as it takes for their probabilities to reach a mass (Meister et al., "Locally typical sampling",
 * 2023), and those that tie with the last of them.
 */
@Component(service = PartFactory.class)
@ProvidesPart(
    kind = ProvidesPart.GUIDE,
    id = TypicalFactory.ID,
    version = "1.0.0",
    tokens = ProvidesPart.DISCRETE)
public final class TypicalFactory implements PartFactory<Guide, TypicalFactory.Configuration> {
  static final String ID = "typical";

  /** How much. */
  public record Configuration(
      @ConfigKey("probability that stays, above 0 up to 1; 1 keeps all") double mass) {}

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public Blueprint<Guide> blueprint(Configuration configuration, Frame frame) {
    double mass = configuration.mass;
    require(mass > 0 && mass <= 1, ID, "mass", "above 0 and at most 1", mass);
    frame.discrete(ID);
    return Blueprint.weightless(frame, () -> new Typical(mass));
  }

  private static final class Typical extends LogitsGuide {
    private final double mass;

    Typical(double mass) {
      super(ID);
      this.mass = mass;
    }

    @Override
    NDArray kept(NDArray logits) {
      NDArray logP = logits.logSoftmax(-1);
      NDArray p = logP.exp();
      // What is forbidden has probability 0 and adds nothing to the entropy.
      NDArray surprise = NDArrays.where(p.gt(0), logP.neg(), p);
      NDArray entropy = p.mul(surprise).sum(new int[] {-1}, true);
      NDArray far = p.onesLike().mul(Float.MAX_VALUE);
      NDArray distance = NDArrays.where(p.gt(0), surprise.sub(entropy).abs(), far);
      NDArray order = distance.argSort(-1);
      NDArray sums = p.gather(order, -1).cumSum(-1);
      // The last one that stays is the first with which the mass is reached.
      NDArray before = sums.lt(mass).toType(logits.getDataType(), false).sum(new int[] {-1}, true);
      NDArray last =
          NDArrays.minimum(before, logits.getShape().get(logits.getShape().dimension() - 1) - 1)
              .toType(order.getDataType(), false);
      NDArray limit = distance.gather(order.gather(last, -1), -1);
      return distance.lte(limit);
    }
  }
}
