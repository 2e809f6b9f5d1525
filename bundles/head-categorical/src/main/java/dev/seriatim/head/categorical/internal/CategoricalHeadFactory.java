package dev.seriatim.head.categorical.internal;

import static dev.seriatim.api.part.PartException.require;

import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.ConfigKey;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.Head;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.ProvidesPart;
import org.osgi.service.component.annotations.Component;

/** Makes {@link CategoricalHead}s; sizes follow from the frame. */
@Component(service = PartFactory.class)
@ProvidesPart(
    kind = ProvidesPart.HEAD,
    id = CategoricalHeadFactory.ID,
    version = "1.2.0",
    tokens = ProvidesPart.DISCRETE)
public final class CategoricalHeadFactory
    implements PartFactory<Head, CategoricalHeadFactory.Configuration> {
  static final String ID = "categorical";

  /** How it scores and draws. */
  public record Configuration(
      @ConfigKey(value = "whether the linear layer has a bias", defaultValue = "true") boolean bias,
      @ConfigKey(value = Softmax.DRAW, defaultValue = Softmax.DRAW_DEFAULT) String draw,
      @ConfigKey(value = Softmax.CONFIDENCE, defaultValue = Softmax.CONFIDENCE_DEFAULT)
          String confidence,
      @ConfigKey(
              value =
                  "id that is never predicted, because it stands for unknown slots: its logit is"
                      + " lowered by a million; -1 for none",
              defaultValue = "-1")
          int maskId) {
    /** All ids may be predicted. */
    public Configuration(boolean bias, String draw, String confidence) {
      this(bias, draw, confidence, -1);
    }
  }

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public Blueprint<Head> blueprint(Configuration configuration, Frame frame) {
    Softmax softmax = Softmax.of(ID, configuration.draw, configuration.confidence);
    TokenSpace.Discrete tokens = frame.discrete(ID);
    int mask = configuration.maskId;
    require(
        mask >= -1 && mask < tokens.vocabulary(),
        ID,
        "mask-id",
        "-1 to " + (tokens.vocabulary() - 1),
        mask);
    return new CategoricalBlueprint(configuration.bias, mask, softmax, frame, tokens);
  }
}
