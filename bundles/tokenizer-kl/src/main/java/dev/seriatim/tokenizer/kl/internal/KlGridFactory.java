package dev.seriatim.tokenizer.kl.internal;

import static dev.seriatim.api.part.PartException.require;

import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.ConfigKey;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.ProvidesPart;
import dev.seriatim.api.part.Tokenizer;
import dev.seriatim.kernels.AutoencoderNetwork;
import org.osgi.service.component.annotations.Component;

/**
 * Makes {@link KlGrid} tokenizers.
 *
 * <p>Weights, with <i>z</i> the latent width: those of {@link AutoencoderNetwork} (the encoder
 * gives 2<i>z</i> channels, the decoder takes <i>z</i>), and
 *
 * <table>
 * <caption>Weights between network and latents</caption>
 * <tr><td>{@code to_code_w}, {@code to_code_b}</td><td>[2z, 2z, 1, 1], [2z]: mean, then log variance</td></tr>
 * <tr><td>{@code from_code_w}, {@code from_code_b}</td><td>[z, z, 1, 1], [z]: before the decoder</td></tr>
 * </table>
 */
@Component(service = PartFactory.class)
@ProvidesPart(
    kind = ProvidesPart.TOKENIZER,
    id = KlGridFactory.ID,
    version = "1.0.0",
    tokens = ProvidesPart.CONTINUOUS)
public final class KlGridFactory implements PartFactory<Tokenizer, KlGridFactory.Configuration> {
  static final String ID = "kl.grid";

  /** Sizes of the images, the tokens and the network. */
  public record Configuration(
      @ConfigKey("rows of an image, a multiple of the network's factor times patch") int height,
      @ConfigKey("columns of an image, a multiple of the network's factor times patch") int width,
      @ConfigKey(value = "channels of an image: 1 (grey) or 3 (colour)", defaultValue = "3")
          int imageChannels,
      @ConfigKey("channels of the map of latents, at least 1") int latentWidth,
      @ConfigKey(value = "rows and columns of latents in a token, at least 1", defaultValue = "1")
          int patch,
      @ConfigKey(
              value = "what latents are multiplied by to vary by about one, above 0",
              defaultValue = "1.0")
          double scaleFactor,
      @ConfigKey(
              value = "weight of the divergence from a standard normal in training, at least 0",
              defaultValue = "1e-4")
          double klWeight,
      @ConfigKey("sizes of encoder and decoder") AutoencoderNetwork network) {

    Grid grid() {
      int side = network.factor() * patch;
      return new Grid(height / side, width / side);
    }
  }

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public Blueprint<Tokenizer> blueprint(Configuration configuration, Frame frame) {
    check(configuration);
    int width = configuration.latentWidth * configuration.patch * configuration.patch;
    TokenSpace.Continuous tokens = new TokenSpace.Continuous(width);
    return new KlGridBlueprint(configuration, frame.with(configuration.grid(), tokens));
  }

  private static void check(Configuration c) {
    c.network.check(ID, "network");
    require(c.patch >= 1, ID, "patch", "at least 1", c.patch);
    int side = c.network.factor() * c.patch;
    require(
        c.height >= side && c.height % side == 0, ID, "height", "a multiple of " + side, c.height);
    require(c.width >= side && c.width % side == 0, ID, "width", "a multiple of " + side, c.width);
    boolean greyOrColour = c.imageChannels == 1 || c.imageChannels == 3;
    require(greyOrColour, ID, "image-channels", "1 or 3", c.imageChannels);
    require(c.latentWidth >= 1, ID, "latent-width", "at least 1", c.latentWidth);
    require(c.scaleFactor > 0, ID, "scale-factor", "above 0", c.scaleFactor);
    require(c.klWeight >= 0, ID, "kl-weight", "at least 0", c.klWeight);
  }
}
