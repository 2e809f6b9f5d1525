package dev.seriatim.family.openmagvit2.internal;

import dev.seriatim.importing.KeyMap;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Where the weights of the tokenizer are in an official checkpoint. Residual blocks, and their
 * shortcuts, are numbered in the order in which they run: the encoder's levels from fine to coarse
 * and its middle, the decoder's middle and its levels from coarse to fine.
 */
final class OpenMagvit2Keys {
  private final KeyMap keys;
  private final UnaryOperator<String> stored;
  private final String prefix;
  private int block;
  private int shortcut;

  /**
   * @param keys that speak of the network
   * @param stored how a parameter of an official name is stored
   * @param prefix of the tokenizer's weights
   */
  OpenMagvit2Keys(KeyMap keys, UnaryOperator<String> stored, String prefix) {
    this.keys = keys;
    this.stored = stored;
    this.prefix = prefix;
  }

  /**
   * Maps all weights.
   *
   * @param stem channels of the encoder's first convolution
   * @param channels of each level, fine to coarse
   * @param blocks residual blocks per level
   */
  void map(int stem, List<Integer> channels, int blocks) {
    map("encoder.conv_in.weight", "from_pixel_w");
    layer("encoder.norm_out", "code_norm", "");
    layer("encoder.conv_out", "to_code", "");
    layer("decoder.conv_in", "from_code", "");
    layer("decoder.norm_out", "last_norm", "");
    layer("decoder.conv_out", "to_pixel", "");
    int levels = channels.size();
    int in = stem;
    for (int level = 0; level < levels; level++) {
      in = level("encoder.down." + level + ".block.", in, channels.get(level), blocks);
      if (level < levels - 1) {
        layer("encoder.down." + level + ".downsample", "down", "." + level);
      }
    }
    level("encoder.mid_block.", in, in, blocks);
    level("decoder.mid_block.", in, in, blocks);
    for (int step = 0; step < levels; step++) {
      int level = levels - 1 - step;
      layer("decoder.adaptive." + level + ".gamma", "scale", "." + step);
      layer("decoder.adaptive." + level + ".beta", "shift", "." + step);
      in = level("decoder.up." + level + ".block.", in, channels.get(level), blocks);
      if (level > 0) {
        layer("decoder.up." + level + ".upsample.conv1", "up", "." + step);
      }
    }
  }

  /** The blocks of a level, the first of which changes the channels; gives those after. */
  private int level(String official, int in, int out, int count) {
    for (int i = 0; i < count; i++) {
      String from = official + i + ".";
      String index = "." + block++;
      layer(from + "norm1", "norm1", index);
      map(from + "conv1.weight", "conv1_w" + index);
      layer(from + "norm2", "norm2", index);
      map(from + "conv2.weight", "conv2_w" + index);
      if (i == 0 && in != out) {
        map(from + "nin_shortcut.weight", "shortcut_w." + shortcut++);
      }
    }
    return out;
  }

  private void layer(String official, String weight, String index) {
    map(official + ".weight", weight + "_w" + index);
    map(official + ".bias", weight + "_b" + index);
  }

  private void map(String official, String weight) {
    keys.map(stored.apply(official), prefix + weight);
  }
}
