package dev.seriatim.kernels;

import static dev.seriatim.api.part.PartException.require;
import static dev.seriatim.api.weights.Initializer.he;
import static dev.seriatim.api.weights.Initializer.ones;
import static dev.seriatim.api.weights.Initializer.zeros;
import static dev.seriatim.api.weights.Parameter.decayed;
import static dev.seriatim.api.weights.Parameter.plain;

import dev.seriatim.api.part.ConfigKey;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.weights.Initializer;
import dev.seriatim.api.weights.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Sizes of the convolutional encoder and decoder of {@link KernelLibrary#AUTOENCODER} (Esser et
 * al., "Taming transformers for high-resolution image synthesis", 2021), as a nested record of a
 * tokenizer's configuration; and the weights and constants that follow from them.
 *
 * <p>The weights, with <i>c</i> image channels, <i>w</i> the width, <i>m</i> and <i>n</i> the
 * channels of the encoder's and the decoder's coarsest level, and <i>f</i> those of the decoder's
 * finest:
 *
 * <table>
 * <caption>Weights and their shapes; a convolution's {@code _w} has a {@code _b} as long as its first axis</caption>
 * <tr><td>{@code encoder_in_w}</td><td>[w, c, 3, 3]</td></tr>
 * <tr><td>{@code encoder_norm_w}, {@code encoder_norm_b}</td><td>[m]</td></tr>
 * <tr><td>{@code encoder_out_w}</td><td>[encoded, m, 3, 3]</td></tr>
 * <tr><td>{@code decoder_in_w}</td><td>[n, decoded, 3, 3]</td></tr>
 * <tr><td>{@code decoder_norm_w}, {@code decoder_norm_b}</td><td>[f]</td></tr>
 * <tr><td>{@code decoder_out_w}</td><td>[c, f, 3, 3]</td></tr>
 * <tr><td>{@code norm1_w.i}, {@code norm1_b.i}</td><td>[in]</td></tr>
 * <tr><td>{@code conv1_w.i}</td><td>[out, in, 3, 3]</td></tr>
 * <tr><td>{@code norm2_w.i}, {@code norm2_b.i}</td><td>[out]</td></tr>
 * <tr><td>{@code conv2_w.i}</td><td>[out, out, 3, 3]</td></tr>
 * <tr><td>{@code shortcut_w.j}</td><td>[out, in, 1, 1]</td></tr>
 * <tr><td>{@code attn_norm_w.a}, {@code attn_norm_b.a}</td><td>[channels]</td></tr>
 * <tr><td>{@code attn_qkv_w.a}</td><td>[3 · channels, channels, 1, 1], rows of q, then k, then v</td></tr>
 * <tr><td>{@code attn_out_w.a}</td><td>[channels, channels, 1, 1]</td></tr>
 * <tr><td>{@code down_w.l}</td><td>[channels, channels, 3, 3], after level l of the encoder</td></tr>
 * <tr><td>{@code up_w.l}</td><td>[channels, channels, 3, 3], after the l-th level of the decoder</td></tr>
 * </table>
 *
 * <p>{@code i} numbers all residual blocks in the order in which they run: the encoder from its
 * finest level on, its two middle blocks, the decoder's two middle blocks, the decoder from its
 * coarsest level on. {@code j} numbers the blocks whose width changes, {@code a} the attentions
 * (each follows a block), both in the same order.
 *
 * @param width channels after the first convolution
 * @param channels of each level, fine to coarse; between two levels the resolution halves
 * @param decoderChannels the same for the decoder, fine to coarse too; empty for {@code channels}
 * @param blocks residual blocks per level of the encoder; the decoder has one more
 * @param groups of the group norms
 * @param normEps added to variances
 * @param encoderAttention levels of the encoder with attention after each block, 0 the finest
 * @param decoderAttention the same for the decoder
 * @param middleAttention whether there is attention between the two middle blocks
 */
public record AutoencoderNetwork(
    @ConfigKey("channels after the first convolution, a multiple of groups") int width,
    @ConfigKey("channels of each level, fine to coarse; between two levels the resolution halves")
        List<Integer> channels,
    @ConfigKey(
            value = "channels of the decoder's levels, fine to coarse; empty: as the encoder's",
            defaultValue = "[]")
        List<Integer> decoderChannels,
    @ConfigKey(
            value =
                "residual blocks per level of the encoder, at least 1; the decoder has one more",
            defaultValue = "2")
        int blocks,
    @ConfigKey(value = "groups of the group norms; divides all channels", defaultValue = "32")
        int groups,
    @ConfigKey(value = "added to variances in norms, above 0", defaultValue = "1e-6")
        double normEps,
    @ConfigKey(
            value = "levels of the encoder with attention after each block, 0 the finest",
            defaultValue = "[]")
        List<Integer> encoderAttention,
    @ConfigKey(
            value = "levels of the decoder with attention after each block, 0 the finest",
            defaultValue = "[]")
        List<Integer> decoderAttention,
    @ConfigKey(
            value = "whether there is attention between the two middle blocks",
            defaultValue = "true")
        boolean middleAttention) {

  /** Copies the lists. */
  public AutoencoderNetwork {
    channels = List.copyOf(channels);
    decoderChannels = List.copyOf(decoderChannels);
    encoderAttention = List.copyOf(encoderAttention);
    decoderAttention = List.copyOf(decoderAttention);
  }

  /** Image pixels per code in each direction: 2 to the number of levels less one. */
  public int factor() {
    return 1 << (channels.size() - 1);
  }

  /**
   * Checks all ranges.
   *
   * @param part whose configuration this is part of
   * @param key under which it is
   * @throws PartException naming part, key, expected and found
   */
  public void check(String part, String key) {
    int levels = channels.size();
    require(levels >= 1 && levels <= 10, part, key + ".channels", "1 to 10 levels", channels);
    require(groups >= 1, part, key + ".groups", "at least 1", groups);
    requireGrouped(part, key + ".width", List.of(width));
    requireGrouped(part, key + ".channels", channels);
    requireGrouped(part, key + ".decoder-channels", decoderChannels);
    require(
        decoderChannels.isEmpty() || decoderChannels.size() == levels,
        part,
        key + ".decoder-channels",
        levels + " levels, or none",
        decoderChannels);
    require(blocks >= 1, part, key + ".blocks", "at least 1", blocks);
    require(normEps > 0, part, key + ".norm-eps", "above 0", normEps);
    requireLevels(part, key + ".encoder-attention", encoderAttention);
    requireLevels(part, key + ".decoder-attention", decoderAttention);
  }

  private void requireGrouped(String part, String key, List<Integer> widths) {
    boolean grouped = widths.stream().allMatch(n -> n >= 1 && n % groups == 0);
    require(grouped, part, key, "multiples of groups (" + groups + ")", widths);
  }

  private void requireLevels(String part, String key, List<Integer> levels) {
    boolean known = levels.stream().allMatch(level -> level >= 0 && level < channels.size());
    require(known, part, key, "levels from 0 to " + (channels.size() - 1), levels);
  }

  /**
   * Refuses an image side that the levels do not divide.
   *
   * @throws PartException naming part, key, expected and found
   */
  public void requireDivides(int side, String part, String key) {
    boolean divides = side >= factor() && side % factor() == 0;
    require(divides, part, key, "a multiple of " + factor(), side);
  }

  /**
   * The weights, in a stable order.
   *
   * @param imageChannels of images that go in and come out
   * @param encoded channels that the encoder gives
   * @param decoded channels that the decoder takes
   */
  public List<Parameter> parameters(int imageChannels, int encoded, int decoded) {
    List<Parameter> all = new ArrayList<>();
    int coarsest = channels.get(channels.size() - 1);
    List<Integer> decoder = decoderLevels();
    convolution(all, "encoder_in", "", width, imageChannels, 3);
    norm(all, "encoder_norm", "", coarsest);
    convolution(all, "encoder_out", "", encoded, coarsest, 3);
    convolution(all, "decoder_in", "", decoder.get(decoder.size() - 1), decoded, 3);
    norm(all, "decoder_norm", "", decoder.get(0));
    convolution(all, "decoder_out", "", imageChannels, decoder.get(0), 3);
    int shortcut = 0;
    int attention = 0;
    List<Block> blocks = blockPlan();
    for (int i = 0; i < blocks.size(); i++) {
      Block block = blocks.get(i);
      norm(all, "norm1", "." + i, block.in);
      convolution(all, "conv1", "." + i, block.out, block.in, 3);
      norm(all, "norm2", "." + i, block.out);
      zeroConvolution(all, "conv2", "." + i, block.out, 3);
      if (block.in != block.out) {
        convolution(all, "shortcut", "." + shortcut++, block.out, block.in, 1);
      }
      if (block.attends) {
        String index = "." + attention++;
        norm(all, "attn_norm", index, block.out);
        convolution(all, "attn_qkv", index, 3 * block.out, block.out, 1);
        zeroConvolution(all, "attn_out", index, block.out, 1);
      }
    }
    for (int level = 0; level < channels.size() - 1; level++) {
      convolution(all, "down", "." + level, channels.get(level), channels.get(level), 3);
    }
    for (int k = 0; k < decoder.size() - 1; k++) {
      int channel = decoder.get(decoder.size() - 1 - k);
      convolution(all, "up", "." + k, channel, channel, 3);
    }
    return List.copyOf(all);
  }

  /** The constants of the kernel text, by name. */
  public Map<String, Object> constants() {
    List<Integer> shortcuts = new ArrayList<>();
    List<Integer> attentions = new ArrayList<>();
    int shortcut = 0;
    int attention = 0;
    for (Block block : blockPlan()) {
      shortcuts.add(block.in == block.out ? -1 : shortcut++);
      attentions.add(block.attends ? attention++ : -1);
    }
    return Map.of(
        "n_level", channels.size(),
        "encoder_blocks", blocks,
        "decoder_blocks", blocks + 1,
        "groups", groups,
        "norm_eps", normEps,
        "block_shortcut", shortcuts,
        "block_attention", attentions);
  }

  /** A residual block: channels in and out, and whether attention follows. */
  private record Block(int in, int out, boolean attends) {}

  /** The residual blocks in the order in which they run. */
  private List<Block> blockPlan() {
    List<Block> plan = new ArrayList<>();
    int levels = channels.size();
    int in = width;
    for (int level = 0; level < levels; level++) {
      in = addLevel(plan, in, channels.get(level), blocks, encoderAttention.contains(level));
    }
    addMiddle(plan, in);
    in = decoderLevels().get(levels - 1);
    addMiddle(plan, in);
    for (int level = levels - 1; level >= 0; level--) {
      boolean attends = decoderAttention.contains(level);
      in = addLevel(plan, in, decoderLevels().get(level), blocks + 1, attends);
    }
    return plan;
  }

  private static int addLevel(List<Block> plan, int in, int out, int count, boolean attends) {
    plan.add(new Block(in, out, attends));
    for (int i = 1; i < count; i++) {
      plan.add(new Block(out, out, attends));
    }
    return out;
  }

  private void addMiddle(List<Block> plan, int channel) {
    plan.add(new Block(channel, channel, middleAttention));
    plan.add(new Block(channel, channel, false));
  }

  private List<Integer> decoderLevels() {
    return decoderChannels.isEmpty() ? channels : decoderChannels;
  }

  private static void norm(List<Parameter> all, String name, String index, int width) {
    all.add(plain(name + "_w" + index, ones(), width));
    all.add(plain(name + "_b" + index, zeros(), width));
  }

  private static void convolution(
      List<Parameter> all, String name, String index, int out, int in, int kernel) {
    convolution(all, name, index, out, in, kernel, he((long) in * kernel * kernel));
  }

  /** The last layer of a residual branch: training starts it as the identity. */
  private static void zeroConvolution(
      List<Parameter> all, String name, String index, int width, int kernel) {
    convolution(all, name, index, width, width, kernel, zeros());
  }

  private static void convolution(
      List<Parameter> all,
      String name,
      String index,
      int out,
      int in,
      int kernel,
      Initializer initializer) {
    all.add(decayed(name + "_w" + index, initializer, out, in, kernel, kernel));
    all.add(plain(name + "_b" + index, zeros(), out));
  }
}
