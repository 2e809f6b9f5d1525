package dev.seriatim.tokenizer.vq.internal;

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
import dev.seriatim.api.weights.Initializer;
import dev.seriatim.api.weights.Parameter;
import dev.seriatim.api.weights.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The autoencoder laid out for one size of image. */
record VqGridBlueprint(VqGridFactory.Configuration size, Frame frame)
    implements Blueprint<Tokenizer> {
  private static final KernelSource SOURCE =
      KernelSource.resource(VqGridBlueprint.class, "vq_grid.py");

  @Override
  public List<Parameter> parameters() {
    List<Parameter> all = new ArrayList<>();
    List<Integer> channels = size.channels();
    int levels = channels.size();
    all.add(plain("codebook", new Initializer.Normal(1f), size.vocabulary(), size.codeWidth()));
    for (int level = 0; level < levels; level++) {
      int in = level == 0 ? size.imageChannels() : channels.get(level - 1);
      convolution(all, "down", "." + level, channels.get(level), in, 4);
    }
    for (int level = 0; level < levels; level++) {
      convolution(
          all, "up", "." + level, channels.get(Math.max(level - 1, 0)), channels.get(level), 3);
    }
    for (int block = 0; block < 2 * levels * size.blocks(); block++) {
      int level = block / size.blocks();
      int width = channels.get(level < levels ? level : 2 * levels - 1 - level);
      norm(all, "norm1", block, width);
      convolution(all, "conv1", "." + block, width, width, 3);
      norm(all, "norm2", block, width);
      // The second convolution starts at zero: each block starts as the identity.
      all.add(decayed("conv2_w." + block, zeros(), width, width, 3, 3));
      all.add(plain("conv2_b." + block, zeros(), width));
    }
    int last = channels.get(levels - 1);
    convolution(all, "to_code", "", size.codeWidth(), last, 1);
    convolution(all, "from_code", "", last, size.codeWidth(), 3);
    convolution(all, "out", "", size.imageChannels(), channels.get(0), 3);
    return List.copyOf(all);
  }

  private static void convolution(
      List<Parameter> all, String name, String index, int out, int in, int kernel) {
    all.add(decayed(name + "_w" + index, he((long) in * kernel * kernel), out, in, kernel, kernel));
    all.add(plain(name + "_b" + index, zeros(), out));
  }

  private static void norm(List<Parameter> all, String name, int index, int width) {
    all.add(plain(name + "_w." + index, ones(), width));
    all.add(plain(name + "_b." + index, zeros(), width));
  }

  @Override
  public Tokenizer build(Engine engine, Weights weights) {
    Map<String, ?> constants =
        Map.of(
            "n_level", size.channels().size(),
            "n_block", size.blocks(),
            "groups", size.groups(),
            "commitment", size.commitment());
    return new VqGrid(engine.kernel(SOURCE, constants, weights), size, frame);
  }
}
