package dev.seriatim.family.titok;

import dev.seriatim.api.model.PartReference;
import dev.seriatim.importing.KeyMap;
import dev.seriatim.importing.StateDict;
import dev.seriatim.kernels.MaskgitDecoder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * MaskGIT's VQGAN as the official 1d-tokenizer code stores it: the networks {@code encoder}, {@code
 * decoder} and {@code quantize}. Its sizes are read off the shapes, since the official code fixes
 * them in the program and not in a configuration.
 *
 * @param imageChannels of the pixels
 * @param stem channels of the encoder's first convolution
 * @param channels of each level, fine to coarse
 * @param blocks residual blocks per level
 * @param codeWidth width of a codebook vector
 * @param vocabulary size of the codebook
 */
public record MaskgitVqgan(
    int imageChannels,
    int stem,
    List<Integer> channels,
    int blocks,
    int codeWidth,
    int vocabulary) {
  /** A tensor by which the network is known. */
  public static final String TENSOR = "encoder.mid.0.conv1.weight";

  private static final int GROUPS = 32;

  /** Sizes of a network. */
  public static MaskgitVqgan in(StateDict network) {
    MaskgitDecoder decoder = decoderIn(network, "decoder.");
    return new MaskgitVqgan(
        decoder.imageChannels(),
        network.size("encoder.conv_in.weight", 0),
        decoder.channels(),
        decoder.blocks(),
        decoder.codeWidth(),
        network.size("quantize.embedding.weight", 0));
  }

  /**
   * Sizes of a decoder.
   *
   * @param official before its names, for example {@code pixel_decoder.}
   */
  public static MaskgitDecoder decoderIn(StateDict network, String official) {
    List<Integer> channels = new ArrayList<>();
    for (int level = 0; level < network.count(official + "up."); level++) {
      channels.add(network.size(official + "up." + level + ".block.0.conv2.weight", 0));
    }
    return new MaskgitDecoder(
        network.size(official + "conv_in.weight", 1),
        channels,
        network.count(official + "mid."),
        GROUPS,
        network.size(official + "conv_out.weight", 0));
  }

  /** Pixels along the edge of a token's patch. */
  public int factor() {
    return 1 << (channels.size() - 1);
  }

  /**
   * The tokenizer.
   *
   * @param height rows of an image
   * @param width columns of an image
   * @param file that holds its weights
   * @param prefix of its weights
   */
  public PartReference part(int height, int width, String file, String prefix) {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("height", height);
    config.put("width", width);
    config.put("image-channels", imageChannels);
    config.put("vocabulary", vocabulary);
    config.put("code-width", codeWidth);
    config.put("channels", channels);
    config.put("stem", stem);
    config.put("blocks", blocks);
    config.put("groups", GROUPS);
    return new PartReference("vq.maskgit", "[1.0,2)", config, file, prefix);
  }

  /**
   * Maps all weights.
   *
   * @param keys that speak of the network
   * @param prefix of the tokenizer's weights
   */
  public void map(KeyMap keys, String prefix) {
    keys.map("quantize.embedding.weight", prefix + "codebook");
    keys.map("encoder.conv_in.weight", prefix + "from_pixel_w");
    keys.map("encoder.norm_out.weight", prefix + "code_norm_w");
    keys.map("encoder.norm_out.bias", prefix + "code_norm_b");
    keys.map("encoder.conv_out.weight", prefix + "to_code_w");
    keys.map("encoder.conv_out.bias", prefix + "to_code_b");
    MaskgitDecoder decoder = new MaskgitDecoder(codeWidth, channels, blocks, GROUPS, imageChannels);
    BlockMap map = mapDecoder(keys, decoder, "decoder.", prefix);
    int in = stem;
    for (int level = 0; level < channels.size(); level++) {
      in = map.level("encoder.down." + level + ".block.", in, channels.get(level), blocks);
    }
    map.level("encoder.mid.", in, in, blocks);
  }

  /**
   * Maps the weights of a decoder alone.
   *
   * @param keys that speak of the network
   * @param sizes of the decoder
   * @param official before its names, for example {@code pixel_decoder.}
   * @param prefix of the tokenizer's weights
   */
  public static void map(KeyMap keys, MaskgitDecoder sizes, String official, String prefix) {
    mapDecoder(keys, sizes, official, prefix);
  }

  private static BlockMap mapDecoder(
      KeyMap keys, MaskgitDecoder sizes, String official, String prefix) {
    for (String kind : List.of("weight", "bias")) {
      String suffix = "_" + kind.charAt(0);
      keys.map(official + "conv_in." + kind, prefix + "from_code" + suffix);
      keys.map(official + "norm_out." + kind, prefix + "last_norm" + suffix);
      keys.map(official + "conv_out." + kind, prefix + "to_pixel" + suffix);
    }
    BlockMap map = new BlockMap(keys, prefix);
    int in = map.level(official + "mid.", sizes.deepest(), sizes.deepest(), sizes.blocks());
    int levels = sizes.channels().size();
    for (int level = levels - 1; level >= 0; level--) {
      String up = official + "up." + level;
      in = map.level(up + ".block.", in, sizes.channels().get(level), sizes.blocks());
      if (level > 0) {
        int step = levels - 1 - level;
        keys.map(up + ".upsample_conv.weight", prefix + "up_w." + step);
        keys.map(up + ".upsample_conv.bias", prefix + "up_b." + step);
      }
    }
    return map;
  }

  /** Numbers residual blocks, and their shortcuts, in the order in which they run. */
  private static final class BlockMap {
    private final KeyMap keys;
    private final String prefix;
    private int block;
    private int shortcut;

    BlockMap(KeyMap keys, String prefix) {
      this.keys = keys;
      this.prefix = prefix;
    }

    /** Maps the blocks of a level, the first of which changes the channels; gives those after. */
    int level(String official, int in, int out, int count) {
      for (int i = 0; i < count; i++) {
        String from = official + i + ".";
        for (String layer : List.of("norm1", "norm2")) {
          keys.map(from + layer + ".weight", prefix + layer + "_w." + block);
          keys.map(from + layer + ".bias", prefix + layer + "_b." + block);
        }
        keys.map(from + "conv1.weight", prefix + "conv1_w." + block);
        keys.map(from + "conv2.weight", prefix + "conv2_w." + block);
        if (i == 0 && in != out) {
          keys.map(from + "nin_shortcut.weight", prefix + "shortcut_w." + shortcut++);
        }
        block++;
      }
      return out;
    }
  }
}
