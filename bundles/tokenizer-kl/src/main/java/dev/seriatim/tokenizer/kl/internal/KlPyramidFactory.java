package dev.seriatim.tokenizer.kl.internal;

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
 * Makes {@link KlPyramid} tokenizers. The weights are those of {@code kl.grid}, {@link
 * KlGridFactory}: the scales add none.
 */
@Component(service = PartFactory.class)
@ProvidesPart(
    kind = ProvidesPart.TOKENIZER,
    id = KlPyramidFactory.ID,
    version = "1.0.0",
    tokens = ProvidesPart.CONTINUOUS)
public final class KlPyramidFactory
    implements PartFactory<Tokenizer, KlPyramidFactory.Configuration> {
  static final String ID = "kl.pyramid";

  /** Sizes of the images, the pyramid and the network. */
  public record Configuration(
      @ConfigKey("rows and columns of an image, a multiple of the network's factor") int imageSize,
      @ConfigKey(value = "channels of an image: 1 (grey) or 3 (colour)", defaultValue = "3")
          int imageChannels,
      @ConfigKey("channels of the map of latents, at least 1") int latentWidth,
      @ConfigKey(
              "rows and columns of each scale in slots, rising; the last is image-size by the"
                  + " network's factor")
          List<Integer> scales,
      @ConfigKey(
              value =
                  "rows and columns of the map that features go through while sampling; 0 for those"
                      + " of the last scale",
              defaultValue = "0")
          int featureSize,
      @ConfigKey(
              value = "what latents are multiplied by to vary by about one, above 0",
              defaultValue = "1.0")
          double scaleFactor,
      @ConfigKey(
              value = "weight of the divergence from a standard normal in training, at least 0",
              defaultValue = "1e-4")
          double klWeight,
      @ConfigKey("sizes of encoder and decoder") AutoencoderNetwork network) {

    Pyramid pyramid() {
      return new Pyramid(scales.stream().map(side -> new Grid(side, side)).toList());
    }

    int finest() {
      return imageSize / network.factor();
    }
  }

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public Blueprint<Tokenizer> blueprint(Configuration configuration, Frame frame) {
    check(configuration);
    TokenSpace.Continuous tokens = new TokenSpace.Continuous(configuration.latentWidth);
    return new KlPyramidBlueprint(configuration, frame.with(configuration.pyramid(), tokens));
  }

  private static void check(Configuration c) {
    c.network.check(ID, "network");
    c.network.requireDivides(c.imageSize, ID, "image-size");
    boolean greyOrColour = c.imageChannels == 1 || c.imageChannels == 3;
    require(greyOrColour, ID, "image-channels", "1 or 3", c.imageChannels);
    require(c.latentWidth >= 1, ID, "latent-width", "at least 1", c.latentWidth);
    checkScales(c.scales, c.finest());
    require(c.featureSize >= 0, ID, "feature-size", "at least 0", c.featureSize);
    require(c.scaleFactor > 0, ID, "scale-factor", "above 0", c.scaleFactor);
    require(c.klWeight >= 0, ID, "kl-weight", "at least 0", c.klWeight);
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
