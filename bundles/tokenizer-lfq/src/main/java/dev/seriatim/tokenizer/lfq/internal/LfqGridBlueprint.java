package dev.seriatim.tokenizer.lfq.internal;

import static dev.seriatim.api.weights.Initializer.he;
import static dev.seriatim.api.weights.Initializer.ones;
import static dev.seriatim.api.weights.Initializer.zeros;
import static dev.seriatim.api.weights.Parameter.decayed;
import static dev.seriatim.api.weights.Parameter.plain;

import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.engine.KernelSource;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.Tokenizer;
import dev.seriatim.api.weights.Parameter;
import dev.seriatim.api.weights.Weights;
import dev.seriatim.kernels.KernelLibrary;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The autoencoder laid out for one size of image. */
record LfqGridBlueprint(LfqGridFactory.Configuration size, Frame frame)
    implements Blueprint<Tokenizer> {
  private static final KernelSource SOURCE =
      KernelSource.resource(LfqGridBlueprint.class, "lfq_grid.py").with(KernelLibrary.CONVOLUTION);

  /** Channels before and after a residual block. */
  private record Block(int in, int out) {}

  @Override
  public List<Parameter> parameters() {
    List<Parameter> all = new ArrayList<>();
    List<Integer> channels = size.channels();
    int levels = channels.size();
    int deepest = channels.get(levels - 1);
    int stem = size.stemWidth();
    int bits = size.bits();
    all.add(
        decayed("from_pixel_w", he(9L * size.imageChannels()), stem, size.imageChannels(), 3, 3));
    norm(all, "code_norm", "", deepest);
    convolution(all, "to_code", "", bits, deepest, 1);
    convolution(all, "from_code", "", deepest, bits, 3);
    norm(all, "last_norm", "", channels.get(0));
    convolution(all, "to_pixel", "", size.imageChannels(), channels.get(0), 3);
    residualBlocks(all);
    for (int level = 0; level < levels - 1; level++) {
      convolution(all, "down", "." + level, channels.get(level), channels.get(level), 3);
    }
    for (int up = 0; up < levels; up++) {
      int above = channels.get(Math.min(levels - up, levels - 1));
      linear(all, "scale", "." + up, above, bits);
      linear(all, "shift", "." + up, above, bits);
    }
    for (int up = 0; up < levels - 1; up++) {
      int width = channels.get(levels - 1 - up);
      convolution(all, "up", "." + up, 4 * width, width, 3);
    }
    return List.copyOf(all);
  }

  /**
   * The encoder's levels from fine to coarse, both middles, the decoder's levels coarse to fine.
   */
  private List<Block> blocks() {
    List<Integer> channels = size.channels();
    List<Block> all = new ArrayList<>();
    int width = size.stemWidth();
    for (int level : channels) {
      width = level(all, width, level);
    }
    width = level(all, width, width);
    width = level(all, width, width);
    for (int level = channels.size() - 1; level >= 0; level--) {
      width = level(all, width, channels.get(level));
    }
    return all;
  }

  private int level(List<Block> all, int in, int out) {
    for (int block = 0; block < size.blocks(); block++) {
      all.add(new Block(block == 0 ? in : out, out));
    }
    return out;
  }

  private void residualBlocks(List<Parameter> all) {
    List<Block> blocks = blocks();
    List<Integer> shortcuts = shortcuts();
    for (int i = 0; i < blocks.size(); i++) {
      Block block = blocks.get(i);
      norm(all, "norm1", "." + i, block.in);
      all.add(decayed("conv1_w." + i, he(9L * block.in), block.out, block.in, 3, 3));
      norm(all, "norm2", "." + i, block.out);
      all.add(decayed("conv2_w." + i, zeros(), block.out, block.out, 3, 3));
      if (block.in != block.out) {
        String name = "shortcut_w." + shortcuts.get(i);
        all.add(decayed(name, he(block.in), block.out, block.in, 1, 1));
      }
    }
  }

  private List<Integer> shortcuts() {
    List<Integer> indices = new ArrayList<>();
    int next = 0;
    for (Block block : blocks()) {
      indices.add(block.in == block.out ? -1 : next++);
    }
    return indices;
  }

  private static void convolution(
      List<Parameter> all, String name, String index, int out, int in, int kernel) {
    all.add(decayed(name + "_w" + index, he((long) in * kernel * kernel), out, in, kernel, kernel));
    all.add(plain(name + "_b" + index, zeros(), out));
  }

  private static void linear(List<Parameter> all, String name, String index, int out, int in) {
    all.add(decayed(name + "_w" + index, he(in), out, in));
    all.add(plain(name + "_b" + index, zeros(), out));
  }

  private static void norm(List<Parameter> all, String name, String index, int width) {
    all.add(plain(name + "_w" + index, ones(), width));
    all.add(plain(name + "_b" + index, zeros(), width));
  }

  @Override
  public Tokenizer build(Engine engine, Weights weights) {
    Map<String, ?> constants =
        Map.of(
            "n_level", size.channels().size(),
            "n_block", size.blocks(),
            "groups", size.groups(),
            "n_bit", size.bits(),
            "token_bits", size.tokenBits(),
            "shortcut", shortcuts());
    return new LfqGrid(engine.kernel(SOURCE, constants, weights), size, frame);
  }
}
