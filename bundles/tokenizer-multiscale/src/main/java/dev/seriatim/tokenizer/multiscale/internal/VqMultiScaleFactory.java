package dev.seriatim.tokenizer.multiscale.internal;

import static dev.seriatim.api.part.PartException.require;

import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.canvas.Pyramid;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.ConfigKey;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.ProvidesPart;
import dev.seriatim.api.part.Tokenizer;
import dev.seriatim.kernels.AutoencoderNetwork;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/**
 * Makes {@link VqMultiScale} tokenizers.
 *
 * <p>Weights, with <i>v</i> the vocabulary, <i>d</i> the code width and <i>k</i> the code kernel:
 * those of {@link AutoencoderNetwork} (the encoder gives and the decoder takes <i>d</i> channels),
 * and
 *
 * <table>
 * <caption>Weights of the quantiser</caption>
 * <tr><td>{@code codebook}</td><td>[v, d]</td></tr>
 * <tr><td>{@code to_code_w}, {@code to_code_b}</td><td>[d, d, k, k], [d]: after the encoder</td></tr>
 * <tr><td>{@code from_code_w}, {@code from_code_b}</td><td>[d, d, k, k], [d]: before the decoder</td></tr>
 * <tr><td>{@code phi_w.i}, {@code phi_b.i}</td><td>[d, d, 3, 3], [d]: for each of {@code phi-count};
 *     none where {@code phi-ratio} is 0</td></tr>
 * </table>
 */
@Component(service = PartFactory.class)
@ProvidesPart(
    kind = ProvidesPart.TOKENIZER,
    id = VqMultiScaleFactory.ID,
    version = "1.0.0",
    tokens = ProvidesPart.DISCRETE)
public final class VqMultiScaleFactory
    implements PartFactory<Tokenizer, VqMultiScaleFactory.Configuration> {
  static final String ID = "vq.multi-scale";

  /** Sizes of the images, the pyramid, the codebook and the network. */
  public record Configuration(
      @ConfigKey("rows and columns of an image, a multiple of the network's factor") int imageSize,
      @ConfigKey(value = "channels of an image: 1 (grey) or 3 (colour)", defaultValue = "3")
          int imageChannels,
      @ConfigKey(
              "rows and columns of each scale in slots, rising; the last is image-size by the"
                  + " network's factor")
          List<Integer> scales,
      @ConfigKey("size of the codebook, at least 2") int vocabulary,
      @ConfigKey("width of a codebook vector, at least 1") int codeWidth,
      @ConfigKey(
              value = "kernel of the convolutions between network and codes, odd",
              defaultValue = "3")
          int codeKernel,
      @ConfigKey(
              value = "convolutions that the scales share among them, at least 1",
              defaultValue = "4")
          int phiCount,
      @ConfigKey(
              value = "share of the convolution in what a scale adds, 0 to 1; 0 for none",
              defaultValue = "0.5")
          double phiRatio,
      @ConfigKey(
              value = "whether codes are compared by angle instead of distance",
              defaultValue = "false")
          boolean cosine,
      @ConfigKey(
              value = "weight of the commitment loss in training, at least 0",
              defaultValue = "0.25")
          double commitment,
      @ConfigKey("sizes of encoder and decoder") AutoencoderNetwork network) {

    Pyramid pyramid() {
      return new Pyramid(scales.stream().map(side -> new Grid(side, side)).toList());
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
    return new VqMultiScaleBlueprint(configuration, frame.with(configuration.pyramid(), tokens));
  }

  private static void check(Configuration c) {
    c.network.check(ID, "network");
    c.network.requireDivides(c.imageSize, ID, "image-size");
    boolean greyOrColour = c.imageChannels == 1 || c.imageChannels == 3;
    require(greyOrColour, ID, "image-channels", "1 or 3", c.imageChannels);
    checkScales(c.scales, c.imageSize / c.network.factor());
    require(c.vocabulary >= 2, ID, "vocabulary", "at least 2", c.vocabulary);
    require(c.codeWidth >= 1, ID, "code-width", "at least 1", c.codeWidth);
    boolean odd = c.codeKernel >= 1 && c.codeKernel % 2 == 1;
    require(odd, ID, "code-kernel", "an odd number", c.codeKernel);
    require(c.phiCount >= 1, ID, "phi-count", "at least 1", c.phiCount);
    require(c.phiRatio >= 0 && c.phiRatio <= 1, ID, "phi-ratio", "0 to 1", c.phiRatio);
    require(c.commitment >= 0, ID, "commitment", "at least 0", c.commitment);
  }

  private static void checkScales(List<Integer> scales, int finest) {
    boolean rising = !scales.isEmpty() && scales.get(0) >= 1;
    for (int k = 1; k < scales.size(); k++) {
      rising &= scales.get(k) > scales.get(k - 1);
    }
    boolean fits = rising && scales.get(scales.size() - 1) == finest;
    require(fits, ID, "scales", "rising numbers from 1 on up to " + finest, scales);
  }
}
