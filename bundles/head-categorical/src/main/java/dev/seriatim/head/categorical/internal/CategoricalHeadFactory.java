package dev.seriatim.head.categorical.internal;

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

  /** How it scores and draws. */
  public record Configuration(
      @ConfigKey(value = "whether the linear layer has a bias", defaultValue = "true") boolean bias,
      @ConfigKey(value = Softmax.DRAW, defaultValue = Softmax.DRAW_DEFAULT) String draw,
      @ConfigKey(value = Softmax.CONFIDENCE, defaultValue = Softmax.CONFIDENCE_DEFAULT)
          String confidence) {}

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public Blueprint<Head> blueprint(Configuration configuration, Frame frame) {
    Softmax softmax = Softmax.of(ID, configuration.draw, configuration.confidence);
    return new CategoricalBlueprint(configuration.bias, softmax, frame, frame.discrete(ID));
  }
}
