package dev.seriatim.backbone.nextscale.internal;

import static dev.seriatim.api.part.PartException.require;

import dev.seriatim.api.canvas.Pyramid;
import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.ConfigKey;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.ProvidesPart;
import org.osgi.service.component.annotations.Component;

/**
 * Makes VAR's transformer (Tian et al., "Visual autoregressive modeling: scalable image generation
 * via next-scale prediction", 2024). What a slot holds is the tokenizer's affair: it is fed
 * features alone.
 */
@Component(service = PartFactory.class)
@ProvidesPart(
    kind = ProvidesPart.BACKBONE,
    id = VarFactory.ID,
    version = "1.0.0",
    orders = "next-scale")
public final class VarFactory implements PartFactory<Backbone, VarFactory.Configuration> {
  static final String ID = "var";

  /** The size of the network. */
  public record Configuration(
      @ConfigKey("number of blocks, at least 1") int layers,
      @ConfigKey("attention heads, at least 1") int heads,
      @ConfigKey("width of the hidden states, a multiple of heads") int width,
      @ConfigKey("width of the tokenizer's features") int features,
      @ConfigKey(
              value = "width of the feed-forward layer, as a multiple of the width",
              defaultValue = "4")
          double mlpRatio,
      @ConfigKey(
              value =
                  "whether the blocks share one adaptive modulation, to which each adds its own",
              defaultValue = "false")
          boolean sharedAda,
      @ConfigKey(
              value =
                  "whether attention is by cosine, times a factor that each head learns; else by "
                      + "products, times a quarter of the usual factor",
              defaultValue = "true")
          boolean cosine,
      @ConfigKey(value = "added to variances in norms, above 0", defaultValue = "1e-6")
          double normEps) {}

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
    boolean divides = width >= 1 && width % heads == 0;
    require(divides, ID, "width", "a multiple of heads (" + heads + ")", width);
    require(configuration.features >= 1, ID, "features", "at least 1", configuration.features);
    boolean wide = configuration.mlpRatio * width >= 1;
    require(wide, ID, "mlp-ratio", "above 0", configuration.mlpRatio);
    require(configuration.normEps > 0, ID, "norm-eps", "above 0", configuration.normEps);
    if (!(frame.layout() instanceof Pyramid pyramid)) {
      throw PartException.of(ID, "layout", "a pyramid of scales", String.valueOf(frame.layout()));
    }
    return new VarBlueprint(configuration, pyramid, frame.with(width));
  }
}
