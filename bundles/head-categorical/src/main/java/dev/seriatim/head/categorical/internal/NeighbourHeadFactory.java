package dev.seriatim.head.categorical.internal;

import static dev.seriatim.api.part.PartException.require;

import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.ConfigKey;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.Head;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.ProvidesPart;
import org.osgi.service.component.annotations.Component;

/**
 * Makes heads that mix what the left neighbour of a slot predicts to its right with what the upper
 * neighbour predicts below itself (He et al., "Neighboring autoregressive modeling for efficient
 * visual generation", 2025). Hidden states are those of the two neighbours side by side, each times
 * its share in the mixture, as the backbone {@code nar} gives them.
 *
 * <p>Weights: {@code right_w} and {@code below_w}, each [codebook · vocabulary, width / 2].
 */
@Component(service = PartFactory.class)
@ProvidesPart(
    kind = ProvidesPart.HEAD,
    id = NeighbourHeadFactory.ID,
    version = "1.0.0",
    tokens = ProvidesPart.DISCRETE,
    orders = "neighbour")
public final class NeighbourHeadFactory
    implements PartFactory<Head, NeighbourHeadFactory.Configuration> {
  static final String ID = "neighbour";

  /** How it scores and draws. */
  public record Configuration(
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
    require(frame.width() % 2 == 0, ID, "width", "an even width of the backbone", frame.width());
    return new NeighbourBlueprint(softmax, frame, frame.discrete(ID));
  }
}
