package dev.seriatim.backbone.nar.internal;

import static dev.seriatim.api.part.PartException.require;

import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.ConfigKey;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.ProvidesPart;
import dev.seriatim.kernels.GridTransformer;
import org.osgi.service.component.annotations.Component;

/**
 * Makes {@link Nar}s.
 *
 * <p>Weights: those of {@link GridTransformer} for {@code network.layers + below-layers} blocks,
 * and {@code right_norm} and {@code below_norm} [width].
 */
@Component(service = PartFactory.class)
@ProvidesPart(
    kind = ProvidesPart.BACKBONE,
    id = NarFactory.ID,
    version = "1.0.0",
    tokens = ProvidesPart.DISCRETE,
    orders = "neighbour")
public final class NarFactory implements PartFactory<Backbone, NarFactory.Configuration> {
  static final String ID = "nar";

  /** The size of the network. */
  public record Configuration(
      @ConfigKey("sizes of the transformer; its layers lead to the prediction to the right")
          GridTransformer network,
      @ConfigKey(
              value = "further blocks, which lead to the prediction below, at least 0",
              defaultValue = "1")
          int belowLayers) {
    /** Blocks in all. */
    int blocks() {
      return network.layers() + belowLayers;
    }
  }

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public Blueprint<Backbone> blueprint(Configuration configuration, Frame frame) {
    configuration.network.check(ID, "network.", frame);
    int below = configuration.belowLayers;
    require(below >= 0, ID, "below-layers", "at least 0", below);
    return new NarBlueprint(configuration, frame.with(2 * configuration.network.width()));
  }
}
