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

/** Makes guides that keep the k most probable tokens (and those that tie with the last of them). */
@Component(service = PartFactory.class)
@ProvidesPart(
    kind = ProvidesPart.GUIDE,
    id = TopKFactory.ID,
    version = "1.0.0",
    tokens = ProvidesPart.DISCRETE)
public final class TopKFactory implements PartFactory<Guide, TopKFactory.Configuration> {
  static final String ID = "top-k";

  /** How many. */
  public record Configuration(@ConfigKey("how many tokens stay, at least 1") int k) {}

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public Blueprint<Guide> blueprint(Configuration configuration, Frame frame) {
    require(configuration.k >= 1, ID, "k", "at least 1", configuration.k);
    int k = Math.min(configuration.k, frame.discrete(ID).vocabulary());
    return Blueprint.weightless(frame, () -> new TopK(k));
  }

  private static final class TopK extends ThresholdGuide {
    private final int k;

    TopK(int k) {
      super(ID);
      this.k = k;
    }

    @Override
    NDArray threshold(NDArray logits) {
      return logits.topK(k, -1).get(0).min(new int[] {-1}, true);
    }
  }
}
