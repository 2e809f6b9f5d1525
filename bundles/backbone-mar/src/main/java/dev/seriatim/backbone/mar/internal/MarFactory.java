package dev.seriatim.backbone.mar.internal;

import static dev.seriatim.api.part.PartException.require;

import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.ConfigKey;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.ProvidesPart;
import org.osgi.service.component.annotations.Component;

/** Makes {@link Mar} backbones. */
@Component(service = PartFactory.class)
@ProvidesPart(
    kind = ProvidesPart.BACKBONE,
    id = MarFactory.ID,
    version = "1.0.0",
    tokens = ProvidesPart.CONTINUOUS,
    orders = {"masked", "permuted", "raster"})
public final class MarFactory implements PartFactory<Backbone, MarFactory.Configuration> {
  static final String ID = "mar";

  /** The size of the network. */
  public record Configuration(
      @ConfigKey("width of the encoder, a multiple of encoder-heads") int encoderWidth,
      @ConfigKey("blocks of the encoder, at least 1") int encoderLayers,
      @ConfigKey("attention heads of the encoder, at least 1") int encoderHeads,
      @ConfigKey("width of the decoder and of the hidden states, a multiple of decoder-heads")
          int decoderWidth,
      @ConfigKey("blocks of the decoder, at least 1") int decoderLayers,
      @ConfigKey("attention heads of the decoder, at least 1") int decoderHeads,
      @ConfigKey(
              value = "width of the feed-forward layers, as a multiple of the width, above 0",
              defaultValue = "4")
          double mlpRatio,
      @ConfigKey(
              value = "how many times the condition stands before the tokens, at least 0",
              defaultValue = "64")
          int buffer,
      @ConfigKey(value = "epsilon of the norms, above 0", defaultValue = "1e-6")
          double normEpsilon) {}

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public Blueprint<Backbone> blueprint(Configuration c, Frame frame) {
    checkStack("encoder", c.encoderWidth, c.encoderLayers, c.encoderHeads);
    checkStack("decoder", c.decoderWidth, c.decoderLayers, c.decoderHeads);
    boolean mlp = c.mlpRatio > 0 && Double.isFinite(c.mlpRatio);
    require(mlp, ID, "mlp-ratio", "a number above 0", c.mlpRatio);
    require(c.buffer >= 0, ID, "buffer", "at least 0", c.buffer);
    require(c.normEpsilon > 0, ID, "norm-epsilon", "a number above 0", c.normEpsilon);
    int token = frame.continuous(ID).width();
    return new MarBlueprint(c, frame.with(c.decoderWidth), token);
  }

  private static void checkStack(String name, int width, int layers, int heads) {
    require(layers >= 1, ID, name + "-layers", "at least 1", layers);
    require(heads >= 1, ID, name + "-heads", "at least 1", heads);
    boolean divides = width >= 1 && width % heads == 0;
    require(divides, ID, name + "-width", "a multiple of its heads (" + heads + ")", width);
  }
}
