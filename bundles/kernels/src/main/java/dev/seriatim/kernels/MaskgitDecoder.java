package dev.seriatim.kernels;

import static dev.seriatim.api.part.PartException.require;
import static dev.seriatim.api.weights.Initializer.he;
import static dev.seriatim.api.weights.Initializer.ones;
import static dev.seriatim.api.weights.Initializer.zeros;
import static dev.seriatim.api.weights.Parameter.decayed;
import static dev.seriatim.api.weights.Parameter.plain;

import dev.seriatim.api.part.ConfigKey;
import dev.seriatim.api.weights.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Sizes of the decoder of MaskGIT's VQGAN (Chang et al., "MaskGIT: masked generative image
 * transformer", 2022), {@link KernelLibrary#MASKGIT_DECODER}, as a nested record of a tokenizer's
 * configuration; and the weights and constants that follow from them.
 *
 * @param codeWidth channels of the code vectors
 * @param channels of each level, fine to coarse; each level but the last halves rows and columns
 * @param blocks residual blocks per level, and in the middle
 * @param groups of the group norms
 * @param imageChannels of the pixels, 1 or 3
 */
public record MaskgitDecoder(
    @ConfigKey("width of a code vector, at least 1") int codeWidth,
    @ConfigKey("channels of each level, fine to coarse; each but the last halves the resolution")
        List<Integer> channels,
    @ConfigKey(value = "residual blocks per level, at least 1", defaultValue = "2") int blocks,
    @ConfigKey(value = "groups of the group norms; divides all channels", defaultValue = "32")
        int groups,
    @ConfigKey(value = "channels of an image: 1 (grey) or 3 (colour)", defaultValue = "3")
        int imageChannels) {
  /** Copies the list. */
  public MaskgitDecoder {
    channels = List.copyOf(channels);
  }

  /** Channels before and after a residual block. */
  public record Block(int in, int out) {
    boolean changes() {
      return in != out;
    }
  }

  /**
   * Refuses sizes that no network has.
   *
   * @param part for messages
   * @param path of the keys, for example {@code pixels.}; empty at the top
   */
  public void check(String part, String path) {
    require(codeWidth >= 1, part, path + "code-width", "at least 1", codeWidth);
    int levels = channels.size();
    require(levels >= 1 && levels <= 8, part, path + "channels", "1 to 8 levels", channels);
    require(groups >= 1, part, path + "groups", "at least 1", groups);
    boolean grouped = channels.stream().allMatch(n -> n >= 1 && n % groups == 0);
    require(grouped, part, path + "channels", "multiples of groups (" + groups + ")", channels);
    require(blocks >= 1, part, path + "blocks", "at least 1", blocks);
    boolean greyOrColour = imageChannels == 1 || imageChannels == 3;
    require(greyOrColour, part, path + "image-channels", "1 or 3", imageChannels);
  }

  /** Pixels along the edge of a code vector's patch. */
  public int factor() {
    return 1 << (channels.size() - 1);
  }

  /** Channels of the coarsest level. */
  public int deepest() {
    return channels.get(channels.size() - 1);
  }

  /** The residual blocks in the order in which they run. */
  public List<Block> blockSizes() {
    List<Block> all = new ArrayList<>();
    int width = deepest();
    for (int block = 0; block < blocks; block++) {
      all.add(new Block(width, width));
    }
    for (int level = channels.size() - 1; level >= 0; level--) {
      for (int block = 0; block < blocks; block++) {
        all.add(new Block(width, channels.get(level)));
        width = channels.get(level);
      }
    }
    return List.copyOf(all);
  }

  /**
   * The constants of the kernel text, by name.
   *
   * @param blocks as for {@link #parameters}
   */
  public Map<String, Object> constants(List<Block> blocks) {
    return Map.of(
        "n_level",
        channels.size(),
        "n_block",
        this.blocks,
        "groups",
        groups,
        "shortcut",
        shortcuts(blocks));
  }

  /** For each block the index of its shortcut, -1 where it has none. */
  private static List<Integer> shortcuts(List<Block> blocks) {
    List<Integer> indices = new ArrayList<>();
    int next = 0;
    for (Block block : blocks) {
      indices.add(block.changes() ? next++ : -1);
    }
    return List.copyOf(indices);
  }

  /**
   * The weights of the decoder.
   *
   * @param blocks its own, {@link #blockSizes}, and after them those of an encoder that shares its
   *     text
   */
  public List<Parameter> parameters(List<Block> blocks) {
    List<Parameter> all = new ArrayList<>();
    convolution(all, "from_code", "", deepest(), codeWidth, 3);
    List<Integer> shortcuts = shortcuts(blocks);
    for (int i = 0; i < blocks.size(); i++) {
      Block block = blocks.get(i);
      norm(all, "norm1", "." + i, block.in);
      all.add(decayed("conv1_w." + i, he(9L * block.in), block.out, block.in, 3, 3));
      norm(all, "norm2", "." + i, block.out);
      all.add(decayed("conv2_w." + i, he(9L * block.out), block.out, block.out, 3, 3));
      if (block.changes()) {
        String name = "shortcut_w." + shortcuts.get(i);
        all.add(decayed(name, he(block.out), block.out, block.out, 1, 1));
      }
    }
    for (int up = 0; up < channels.size() - 1; up++) {
      int width = channels.get(channels.size() - 1 - up);
      convolution(all, "up", "." + up, width, width, 3);
    }
    norm(all, "last_norm", "", channels.get(0));
    convolution(all, "to_pixel", "", imageChannels, channels.get(0), 3);
    return all;
  }

  private static void convolution(
      List<Parameter> all, String name, String index, int out, int in, int kernel) {
    all.add(decayed(name + "_w" + index, he((long) in * kernel * kernel), out, in, kernel, kernel));
    all.add(plain(name + "_b" + index, zeros(), out));
  }

  private static void norm(List<Parameter> all, String name, String index, int width) {
    all.add(plain(name + "_w" + index, ones(), width));
    all.add(plain(name + "_b" + index, zeros(), width));
  }
}
