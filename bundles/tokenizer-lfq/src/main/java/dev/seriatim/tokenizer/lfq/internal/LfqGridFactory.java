package dev.seriatim.tokenizer.lfq.internal;

import static dev.seriatim.api.part.PartException.require;

import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.ConfigKey;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.ProvidesPart;
import dev.seriatim.api.part.Tokenizer;
import java.util.Collections;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/** Makes {@link LfqGrid} tokenizers. */
@Component(service = PartFactory.class)
@ProvidesPart(
    kind = ProvidesPart.TOKENIZER,
    id = LfqGridFactory.ID,
    version = "1.0.0",
    tokens = ProvidesPart.DISCRETE)
public final class LfqGridFactory implements PartFactory<Tokenizer, LfqGridFactory.Configuration> {
  static final String ID = "lfq.grid";

  /** Sizes of the images, the code and the network. */
  public record Configuration(
      @ConfigKey("rows of an image, a multiple of 2 to the number of levels less one") int height,
      @ConfigKey("columns of an image, a multiple of 2 to the number of levels less one") int width,
      @ConfigKey(value = "channels of an image: 1 (grey) or 3 (colour)", defaultValue = "3")
          int imageChannels,
      @ConfigKey(
              value = "bits of a code, 1 to 30: 2 to their number are the codes",
              defaultValue = "18")
          int bits,
      @ConfigKey(
              value =
                  "bits of each sub-token of a slot, the first channels first; their sum is bits;"
                      + " empty for one token per slot",
              defaultValue = "[]")
          List<Integer> subTokens,
      @ConfigKey(
              value = "channels of each level, fine to coarse; each but the last halves the size",
              defaultValue = "[128, 128, 256, 256, 512]")
          List<Integer> channels,
      @ConfigKey(
              value = "channels of the encoder's first convolution; 0: those of the finest level",
              defaultValue = "0")
          int stem,
      @ConfigKey(value = "residual blocks per level, at least 1", defaultValue = "4") int blocks,
      @ConfigKey(value = "groups of the group norms; divides all channels", defaultValue = "32")
          int groups) {
    int factor() {
      return 1 << (channels.size() - 1);
    }

    int stemWidth() {
      return stem == 0 ? channels.get(0) : stem;
    }

    Grid grid() {
      return new Grid(height / factor(), width / factor());
    }

    /** Bits of each token of a slot. */
    List<Integer> tokenBits() {
      return subTokens.isEmpty() ? List.of(bits) : subTokens;
    }

    /** As many ids as the widest token of a slot has. */
    TokenSpace.Discrete tokens() {
      return new TokenSpace.Discrete(1 << Collections.max(tokenBits()), tokenBits().size());
    }
  }

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public Blueprint<Tokenizer> blueprint(Configuration configuration, Frame frame) {
    check(configuration);
    return new LfqGridBlueprint(
        configuration, frame.with(configuration.grid(), configuration.tokens()));
  }

  private static void check(Configuration c) {
    int levels = c.channels.size();
    require(levels >= 1 && levels <= 8, ID, "channels", "1 to 8 levels", c.channels);
    require(c.groups >= 1, ID, "groups", "at least 1", c.groups);
    boolean grouped = c.channels.stream().allMatch(n -> n >= 1 && n % c.groups == 0);
    require(grouped, ID, "channels", "multiples of groups (" + c.groups + ")", c.channels);
    boolean stem = c.stem >= 0 && c.stem % c.groups == 0;
    require(stem, ID, "stem", "0 or a multiple of groups (" + c.groups + ")", c.stem);
    requireMultiple(c.height, c.factor(), "height");
    requireMultiple(c.width, c.factor(), "width");
    boolean spread = c.grid().slots() >= 2;
    require(spread, ID, "height", "an image of at least 2 slots", c.height + "×" + c.width);
    boolean greyOrColour = c.imageChannels == 1 || c.imageChannels == 3;
    require(greyOrColour, ID, "image-channels", "1 or 3", c.imageChannels);
    require(c.bits >= 1 && c.bits <= 30, ID, "bits", "1 to 30", c.bits);
    boolean split =
        c.subTokens.isEmpty()
            || c.subTokens.stream().allMatch(n -> n >= 1)
                && c.subTokens.stream().mapToInt(n -> n).sum() == c.bits;
    require(split, ID, "sub-tokens", "bits whose sum is " + c.bits, c.subTokens);
    require(c.blocks >= 1, ID, "blocks", "at least 1", c.blocks);
  }

  private static void requireMultiple(int size, int factor, String key) {
    require(size >= factor && size % factor == 0, ID, key, "a multiple of " + factor, size);
  }
}
