package dev.seriatim.head.diffusion.internal;

import static dev.seriatim.api.weights.Initializer.ones;
import static dev.seriatim.api.weights.Initializer.zeros;
import static dev.seriatim.api.weights.Parameter.decayed;
import static dev.seriatim.api.weights.Parameter.plain;

import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.engine.KernelSource;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.Head;
import dev.seriatim.api.weights.Initializer;
import dev.seriatim.api.weights.Parameter;
import dev.seriatim.api.weights.Weights;
import dev.seriatim.kernels.KernelLibrary;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The denoising network laid out for hidden states and tokens of given widths. Its modulations and
 * its last layer start at zero: the network starts by predicting no noise.
 *
 * @param token width of a token
 */
record DiffusionBlueprint(
    DiffusionHeadFactory.Configuration configuration, Respacing respacing, Frame frame, int token)
    implements Blueprint<Head> {
  /** Numbers by which the network is told the time. */
  private static final int FREQUENCIES = 256;

  private static final KernelSource SOURCE =
      KernelSource.resource(DiffusionBlueprint.class, "diffusion.py")
          .with(KernelLibrary.TRANSFORMER);

  @Override
  public List<Parameter> parameters() {
    int width = configuration.width();
    List<Parameter> all = new ArrayList<>();
    linear(all, "time_in", "", new Initializer.Normal(0.02f), width, FREQUENCIES);
    linear(all, "time_out", "", new Initializer.Normal(0.02f), width, width);
    linear(all, "condition", "", xavier(width, frame.width()), width, frame.width());
    linear(all, "token", "", xavier(width, token), width, token);
    for (int i = 0; i < configuration.blocks(); i++) {
      linear(all, "ada", "." + i, zeros(), 3 * width, width);
      all.add(plain("norm_w." + i, ones(), width));
      all.add(plain("norm_b." + i, zeros(), width));
      linear(all, "fc", "." + i, xavier(width, width), width, width);
      linear(all, "out", "." + i, xavier(width, width), width, width);
    }
    linear(all, "final_ada", "", zeros(), 2 * width, width);
    linear(all, "final", "", zeros(), 2 * token, width);
    return List.copyOf(all);
  }

  private static void linear(
      List<Parameter> all, String name, String index, Initializer initializer, int out, int in) {
    all.add(decayed(name + "_w" + index, initializer, out, in));
    all.add(plain(name + "_b" + index, zeros(), out));
  }

  /** Glorot and Bengio, "Understanding the difficulty of training deep networks", 2010. */
  private static Initializer xavier(int out, int in) {
    return new Initializer.Uniform((float) Math.sqrt(6.0 / (in + out)));
  }

  @Override
  public Head build(Engine engine, Weights weights) {
    Map<String, Integer> constants =
        Map.of("n_block", configuration.blocks(), "n_time", configuration.trainingSteps());
    return new DiffusionHead(
        engine.kernel(SOURCE, constants, weights), configuration, respacing, token);
  }
}
