package dev.seriatim.backbone.transformer.internal;

import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.ConfigKey;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartException;
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
    atLeastOne("layers", configuration.layers);
    atLeastOne("heads", configuration.heads);
    atLeastOne("mlp-ratio", configuration.mlpRatio);
    if (configuration.width < 1 || configuration.width % configuration.heads != 0) {
      throw PartException.of(
          ID,
          "width",
          "a multiple of heads (" + configuration.heads + ")",
          "" + configuration.width);
    }
    frame.discrete(ID);
    return new CausalTransformerBlueprint(configuration, frame.with(configuration.width));
  }

  private static void atLeastOne(String key, int value) {
    if (value < 1) {
      throw PartException.of(ID, key, "at least 1", "" + value);
    }
  }
}
