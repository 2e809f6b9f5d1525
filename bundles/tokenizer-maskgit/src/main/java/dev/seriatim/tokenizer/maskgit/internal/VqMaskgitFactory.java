package dev.seriatim.tokenizer.maskgit.internal;

import static dev.seriatim.api.part.PartException.require;

import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.ConfigKey;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.ProvidesPart;
import dev.seriatim.api.part.Tokenizer;
import dev.seriatim.kernels.MaskgitDecoder;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/** Makes {@link VqMaskgit} tokenizers. */
@Component(service = PartFactory.class)
@ProvidesPart(
    kind = ProvidesPart.TOKENIZER,
    id = VqMaskgitFactory.ID,
    version = "1.0.0",
    tokens = ProvidesPart.DISCRETE)
public final class VqMaskgitFactory
    implements PartFactory<Tokenizer, VqMaskgitFactory.Configuration> {
  static final String ID = "vq.maskgit";

  /** Sizes of the images, the codebook and the network. */
  public record Configuration(
      @ConfigKey("rows of an image, a multiple of 2 to the number of levels less one") int height,
      @ConfigKey("columns of an image, a multiple of 2 to the number of levels less one") int width,
      @ConfigKey(value = "channels of an image: 1 (grey) or 3 (colour)", defaultValue = "3")
          int imageChannels,
      @ConfigKey(value = "size of the codebook, at least 2", defaultValue = "1024") int vocabulary,
      @ConfigKey(value = "width of a codebook vector, at least 1", defaultValue = "256")
          int codeWidth,
      @ConfigKey(
              value = "channels of each level, fine to coarse; each but the last halves the size",
              defaultValue = "[128, 128, 256, 256, 512]")
          List<Integer> channels,
      @ConfigKey(
              value = "channels of the encoder's first convolution; 0: those of the finest level",
              defaultValue = "0")
          int stem,
      @ConfigKey(value = "residual blocks per level, at least 1", defaultValue = "2") int blocks,
      @ConfigKey(value = "groups of the group norms; divides all channels", defaultValue = "32")
          int groups,
      @ConfigKey(
              value = "weight of the commitment loss in training, at least 0",
              defaultValue = "0.25")
          double commitment) {
    MaskgitDecoder decoder() {
      return new MaskgitDecoder(codeWidth, channels, blocks, groups, imageChannels);
    }

    int stemWidth() {
      return stem == 0 ? channels.get(0) : stem;
    }

    Grid grid() {
      return new Grid(height / decoder().factor(), width / decoder().factor());
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
    return new VqMaskgitBlueprint(configuration, frame.with(configuration.grid(), tokens));
  }

  private static void check(Configuration c) {
    c.decoder().check(ID, "");
    boolean grouped = c.stem >= 0 && c.stem % c.groups == 0;
    require(grouped, ID, "stem", "0 or a multiple of groups (" + c.groups + ")", c.stem);
    requireMultiple(c.height, c.decoder().factor(), "height");
    requireMultiple(c.width, c.decoder().factor(), "width");
    require(c.vocabulary >= 2, ID, "vocabulary", "at least 2", c.vocabulary);
    require(c.commitment >= 0, ID, "commitment", "at least 0", c.commitment);
  }

  private static void requireMultiple(int size, int factor, String key) {
    require(size >= factor && size % factor == 0, ID, key, "a multiple of " + factor, size);
  }
}
