package dev.seriatim.tokenizer.vq.internal;

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
 * Makes {@link VqGan} tokenizers.
 *
 * <p>Weights, with <i>v</i> the vocabulary, <i>d</i> the code width and <i>z</i> the latent width:
 * those of {@link AutoencoderNetwork} (the encoder gives and the decoder takes <i>z</i> channels),
 * and
 *
 * <table>
 * <caption>Weights of the quantiser</caption>
 * <tr><td>{@code codebook}</td><td>[v, d]</td></tr>
 * <tr><td>{@code to_code_w}, {@code to_code_b}</td><td>[d, z, 1, 1], [d]: after the encoder</td></tr>
 * <tr><td>{@code from_code_w}, {@code from_code_b}</td><td>[z, d, 1, 1], [z]: before the decoder</td></tr>
 * </table>
 */
@Component(service = PartFactory.class)
@ProvidesPart(
    kind = ProvidesPart.TOKENIZER,
    id = VqGanFactory.ID,
    version = "1.0.0",
    tokens = ProvidesPart.DISCRETE)
public final class VqGanFactory implements PartFactory<Tokenizer, VqGanFactory.Configuration> {
  static final String ID = "vq.gan";

  /** Sizes of the images, the codebook and the network. */
  public record Configuration(
      @ConfigKey("rows of an image, a multiple of the network's factor") int height,
      @ConfigKey("columns of an image, a multiple of the network's factor") int width,
      @ConfigKey(value = "channels of an image: 1 (grey) or 3 (colour)", defaultValue = "3")
          int imageChannels,
      @ConfigKey("size of the codebook, at least 2") int vocabulary,
      @ConfigKey(value = "width of a codebook vector, at least 1", defaultValue = "8")
          int codeWidth,
      @ConfigKey("channels between the network and the codes, at least 1") int latentWidth,
      @ConfigKey(value = "whether codes are brought to length 1", defaultValue = "true")
          boolean unitCodes,
      @ConfigKey(
              value = "weight of the commitment loss in training, at least 0",
              defaultValue = "0.25")
          double commitment,
      @ConfigKey("sizes of encoder and decoder") AutoencoderNetwork network) {

    Grid grid() {
      return new Grid(height / network.factor(), width / network.factor());
    }
  }

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public Blueprint<Tokenizer> blueprint(Configuration configuration, Frame frame) {
    check(configuration);
    TokenSpace.Discrete tokens = new TokenSpace.Discrete(configuration.vocabulary, 1);
    return new VqGanBlueprint(configuration, frame.with(configuration.grid(), tokens));
  }

  private static void check(Configuration c) {
    c.network.check(ID, "network");
    c.network.requireDivides(c.height, ID, "height");
    c.network.requireDivides(c.width, ID, "width");
    boolean greyOrColour = c.imageChannels == 1 || c.imageChannels == 3;
    require(greyOrColour, ID, "image-channels", "1 or 3", c.imageChannels);
    require(c.vocabulary >= 2, ID, "vocabulary", "at least 2", c.vocabulary);
    require(c.codeWidth >= 1, ID, "code-width", "at least 1", c.codeWidth);
    require(c.latentWidth >= 1, ID, "latent-width", "at least 1", c.latentWidth);
    require(c.commitment >= 0, ID, "commitment", "at least 0", c.commitment);
  }
}
