package dev.seriatim.head.categorical.internal;

import static dev.seriatim.api.part.PartException.require;

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
    version = "1.1.0",
    tokens = ProvidesPart.DISCRETE)
public final class CategoricalHeadFactory
    implements PartFactory<Head, CategoricalHeadFactory.Configuration> {
  static final String ID = "categorical";

  /** A value of {@code draw}. */
  static final String RACE = "exponential-race";

  /** A value of {@code confidence}. */
  static final String LOGIT = "logit";

  /** How it scores and draws. */
  public record Configuration(
      @ConfigKey(value = "whether the linear layer has a bias", defaultValue = "true") boolean bias,
      @ConfigKey(
              value =
                  "how a token is drawn: inverse-transform (one random number per codebook) or"
                      + " exponential-race (one per id, as torch.multinomial does)",
              defaultValue = "\"inverse-transform\"")
          String draw,
      @ConfigKey(
              value = "what masked schedulers rank a drawn token by: log-prob or logit",
              defaultValue = "\"log-prob\"")
          String confidence) {}

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public Blueprint<Head> blueprint(Configuration configuration, Frame frame) {
    boolean draw =
        configuration.draw.equals(RACE) || configuration.draw.equals("inverse-transform");
    require(draw, ID, "draw", "inverse-transform or exponential-race", configuration.draw);
    boolean confidence =
        configuration.confidence.equals(LOGIT) || configuration.confidence.equals("log-prob");
    require(confidence, ID, "confidence", "log-prob or logit", configuration.confidence);
    return new CategoricalBlueprint(configuration, frame, frame.discrete(ID));
  }
}
