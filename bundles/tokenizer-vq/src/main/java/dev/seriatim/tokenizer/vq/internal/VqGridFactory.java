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
import java.util.List;
import org.osgi.service.component.annotations.Component;

/** Makes {@link VqGrid} tokenizers. */
@Component(service = PartFactory.class)
@ProvidesPart(
    kind = ProvidesPart.TOKENIZER,
    id = VqGridFactory.ID,
    version = "1.0.0",
    tokens = ProvidesPart.DISCRETE)
public final class VqGridFactory implements PartFactory<Tokenizer, VqGridFactory.Configuration> {
  static final String ID = "vq.grid";

  /** Sizes of the images, the codebook and the network. */
  public record Configuration(
      @ConfigKey("rows of an image, a multiple of 2 to the number of levels") int height,
      @ConfigKey("columns of an image, a multiple of 2 to the number of levels") int width,
      @ConfigKey(value = "channels of an image: 1 (grey) or 3 (colour)", defaultValue = "1")
          int imageChannels,
      @ConfigKey("size of the codebook, at least 2") int vocabulary,
      @ConfigKey(value = "width of a codebook vector, at least 2", defaultValue = "8")
          int codeWidth,
      @ConfigKey("channels of each level, fine to coarse; each level halves the resolution")
          List<Integer> channels,
      @ConfigKey(value = "residual blocks per level, at least 1", defaultValue = "1") int blocks,
      @ConfigKey(value = "groups of the group norms; divides all channels", defaultValue = "8")
          int groups,
      @ConfigKey(
              value = "weight of the commitment loss in training, at least 0",
              defaultValue = "0.25")
          double commitment) {
    int factor() {
      return 1 << channels.size();
    }

    Grid grid() {
      return new Grid(height / factor(), width / factor());
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
    return new VqGridBlueprint(configuration, frame.with(configuration.grid(), tokens));
  }

  private static void check(Configuration c) {
    int levels = c.channels.size();
    require(levels >= 1 && levels <= 8, ID, "channels", "1 to 8 levels", c.channels);
    require(c.groups >= 1, ID, "groups", "at least 1", c.groups);
    boolean grouped = c.channels.stream().allMatch(n -> n >= 1 && n % c.groups == 0);
    require(grouped, ID, "channels", "multiples of groups (" + c.groups + ")", c.channels);
    requireMultiple(c.height, c.factor(), "height");
    requireMultiple(c.width, c.factor(), "width");
    boolean greyOrColour = c.imageChannels == 1 || c.imageChannels == 3;
    require(greyOrColour, ID, "image-channels", "1 or 3", c.imageChannels);
    require(c.vocabulary >= 2, ID, "vocabulary", "at least 2", c.vocabulary);
    require(c.codeWidth >= 2, ID, "code-width", "at least 2", c.codeWidth);
    require(c.blocks >= 1, ID, "blocks", "at least 1", c.blocks);
    require(c.commitment >= 0, ID, "commitment", "at least 0", c.commitment);
  }

  private static void requireMultiple(int size, int factor, String key) {
    require(size >= factor && size % factor == 0, ID, key, "a multiple of " + factor, size);
  }
}
