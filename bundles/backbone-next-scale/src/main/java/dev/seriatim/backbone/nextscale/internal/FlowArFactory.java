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
 * Makes FlowAR's transformer (Ren et al., "FlowAR: scale-wise autoregressive image generation meets
 * flow matching", 2024).
 */
@Component(service = PartFactory.class)
@ProvidesPart(
    kind = ProvidesPart.BACKBONE,
    id = FlowArFactory.ID,
    version = "1.0.0",
    orders = "next-scale")
public final class FlowArFactory implements PartFactory<Backbone, FlowArFactory.Configuration> {
  static final String ID = "flowar";

  /** The size of the network. */
  public record Configuration(
      @ConfigKey("width of the hidden states, a multiple of 4 times the heads") int width,
      @ConfigKey("blocks of the encoder, at least 1") int encoderLayers,
      @ConfigKey("attention heads of the encoder, at least 1") int encoderHeads,
      @ConfigKey("blocks of the decoder, at least 1") int decoderLayers,
      @ConfigKey("attention heads of the decoder, at least 1") int decoderHeads,
      @ConfigKey("width of the tokenizer's features") int features,
      @ConfigKey(
              value =
                  "width of the gated feed-forward layer, as a multiple of two thirds of the width",
              defaultValue = "4")
          double mlpRatio,
      @ConfigKey(
              value = "length of a map's side in rotary positions, whatever its resolution",
              defaultValue = "16")
          double ropeSpan,
      @ConfigKey(value = "added to mean squares in norms, above 0", defaultValue = "1e-6")
          double normEps) {
    /** Width of the feed-forward layer. */
    int mlp() {
      return (int) (width * mlpRatio * 2 / 3);
    }
  }

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public Blueprint<Backbone> blueprint(Configuration configuration, Frame frame) {
    int encoderLayers = configuration.encoderLayers;
    int decoderLayers = configuration.decoderLayers;
    require(encoderLayers >= 1, ID, "encoder-layers", "at least 1", encoderLayers);
    require(decoderLayers >= 1, ID, "decoder-layers", "at least 1", decoderLayers);
    requireHeads("encoder-heads", configuration.encoderHeads, configuration.width);
    requireHeads("decoder-heads", configuration.decoderHeads, configuration.width);
    require(configuration.features >= 1, ID, "features", "at least 1", configuration.features);
    require(configuration.mlp() >= 1, ID, "mlp-ratio", "above 0", configuration.mlpRatio);
    require(configuration.ropeSpan > 0, ID, "rope-span", "above 0", configuration.ropeSpan);
    require(configuration.normEps > 0, ID, "norm-eps", "above 0", configuration.normEps);
    if (!(frame.layout() instanceof Pyramid pyramid)) {
      throw PartException.of(ID, "layout", "a pyramid of scales", String.valueOf(frame.layout()));
    }
    return new FlowArBlueprint(configuration, pyramid, frame.with(configuration.width));
  }

  /** Half of a head turns by the row and half by the column, both in pairs. */
  private static void requireHeads(String key, int heads, int width) {
    require(heads >= 1, ID, key, "at least 1", heads);
    boolean divides = width >= 1 && width % (4 * heads) == 0;
    require(divides, ID, "width", "a multiple of 4 times " + key + " (" + heads + ")", width);
  }
}
