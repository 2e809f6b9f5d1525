package dev.seriatim.backbone.transformer.internal;

import static dev.seriatim.api.part.PartException.require;

import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.ConfigKey;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.ProvidesPart;
import org.osgi.service.component.annotations.Component;

/** Makes {@link CausalTransformer}s. */
@Component(service = PartFactory.class)
@ProvidesPart(
    kind = ProvidesPart.BACKBONE,
    id = CausalTransformerFactory.ID,
    version = "1.0.0",
    tokens = ProvidesPart.DISCRETE,
    orders = "raster")
public final class CausalTransformerFactory
    implements PartFactory<Backbone, CausalTransformerFactory.Configuration> {
  static final String ID = "transformer.causal";

  /** The size of the network. */
  public record Configuration(
      @ConfigKey("number of blocks, at least 1") int layers,
      @ConfigKey("attention heads, at least 1") int heads,
      @ConfigKey("width of the hidden states, a multiple of heads") int width,
      @ConfigKey(
              value = "width of the feed-forward layer, as a multiple of the width",
              defaultValue = "4")
          int mlpRatio) {}

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public Blueprint<Backbone> blueprint(Configuration configuration, Frame frame) {
    int heads = configuration.heads;
    int width = configuration.width;
    require(configuration.layers >= 1, ID, "layers", "at least 1", configuration.layers);
    require(heads >= 1, ID, "heads", "at least 1", heads);
    require(
        width >= 1 && width % heads == 0,
        ID,
        "width",
        "a multiple of heads (" + heads + ")",
        width);
    require(configuration.mlpRatio >= 1, ID, "mlp-ratio", "at least 1", configuration.mlpRatio);
    frame.discrete(ID);
    return new CausalTransformerBlueprint(configuration, frame.with(width));
  }
}
