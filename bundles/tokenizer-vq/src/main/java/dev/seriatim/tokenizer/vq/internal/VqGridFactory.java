package dev.seriatim.tokenizer.vq.internal;

import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.ConfigKey;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartException;
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
    require(
        !c.channels.isEmpty() && c.channels.size() <= 8, "channels", "1 to 8 levels", c.channels);
    require(c.groups >= 1, "groups", "at least 1", c.groups);
    require(
        c.channels.stream().allMatch(n -> n >= 1 && n % c.groups == 0),
        "channels",
        "multiples of groups (" + c.groups + ")",
        c.channels);
    require(
        c.height >= c.factor() && c.height % c.factor() == 0,
        "height",
        "a multiple of " + c.factor(),
        c.height);
    require(
        c.width >= c.factor() && c.width % c.factor() == 0,
        "width",
        "a multiple of " + c.factor(),
        c.width);
    require(
        c.imageChannels == 1 || c.imageChannels == 3, "image-channels", "1 or 3", c.imageChannels);
    require(c.vocabulary >= 2, "vocabulary", "at least 2", c.vocabulary);
    require(c.codeWidth >= 2, "code-width", "at least 2", c.codeWidth);
    require(c.blocks >= 1, "blocks", "at least 1", c.blocks);
    require(c.commitment >= 0, "commitment", "at least 0", c.commitment);
  }

  private static void require(boolean holds, String key, String expected, Object found) {
    if (!holds) {
      throw PartException.of(ID, key, expected, String.valueOf(found));
    }
  }
}
