package dev.seriatim.guides.internal;

import static dev.seriatim.api.part.PartException.require;

import ai.djl.ndarray.NDArray;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.ConfigKey;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.Guide;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.ProvidesPart;
import org.osgi.service.component.annotations.Component;

/**
 * Makes guides that keep the tokens at least p times as probable as the most probable one (Nguyen
 * et al., "Turning up the heat: min-p sampling for creative and coherent LLM outputs", 2025).
 */
@Component(service = PartFactory.class)
@ProvidesPart(
    kind = ProvidesPart.GUIDE,
    id = MinPFactory.ID,
    version = "1.0.0",
    tokens = ProvidesPart.DISCRETE)
public final class MinPFactory implements PartFactory<Guide, MinPFactory.Configuration> {
  static final String ID = "min-p";

  /** How much. */
  public record Configuration(
      @ConfigKey("share of the largest probability that a token needs, above 0 up to 1")
          double p) {}

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public Blueprint<Guide> blueprint(Configuration configuration, Frame frame) {
    double p = configuration.p;
    require(p > 0 && p <= 1, ID, "p", "above 0 and at most 1", p);
    frame.discrete(ID);
    return Blueprint.weightless(frame, () -> new MinP(Math.log(p)));
  }

  private static final class MinP extends ThresholdGuide {
    private final double logP;

    MinP(double logP) {
      super(ID);
      this.logP = logP;
    }

    @Override
    NDArray threshold(NDArray logits) {
      return logits.max(new int[] {-1}, true).add(logP);
    }
  }
}
