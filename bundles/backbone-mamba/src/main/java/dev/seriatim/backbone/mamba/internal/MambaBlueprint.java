package dev.seriatim.backbone.mamba.internal;

import static dev.seriatim.api.weights.Initializer.ones;
import static dev.seriatim.api.weights.Initializer.zeros;
import static dev.seriatim.api.weights.Parameter.decayed;
import static dev.seriatim.api.weights.Parameter.plain;

import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.engine.KernelSource;
import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.weights.Initializer;
import dev.seriatim.api.weights.Initializer.Constant;
import dev.seriatim.api.weights.Initializer.Normal;
import dev.seriatim.api.weights.Initializer.Uniform;
import dev.seriatim.api.weights.Parameter;
import dev.seriatim.api.weights.Weights;
import dev.seriatim.kernels.KernelLibrary;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A Mamba laid out for a text. */
record MambaBlueprint(MambaFactory.Configuration size, Frame frame) implements Blueprint<Backbone> {
  private static final KernelSource SOURCE =
      KernelSource.resource(MambaBlueprint.class, "mamba.py").with(KernelLibrary.TRANSFORMER);

  /**
   * Training starts with step sizes of a hundredth, the middle of the range that the paper draws
   * them from (0.001 to 0.1): the softplus of this.
   */
  private static final float STEP = (float) Math.log(Math.expm1(0.01));

  @Override
  public List<Parameter> parameters() {
    int inner = size.innerWidth();
    int rank = size.stepRank();
    long width = size.width();
    Initializer normal = new Normal(0.02f);
    // Layers that write to the residual stream start smaller the deeper the network is, as in
    // GPT-2.
    Initializer residual = new Normal((float) (0.02 / Math.sqrt(size.layers())));
    Initializer taps = new Uniform((float) (1 / Math.sqrt(size.convolution())));
    Initializer steps = new Uniform((float) (1 / Math.sqrt(rank)));
    List<Parameter> all = new ArrayList<>();
    all.add(plain("embedding", normal, frame.discrete(MambaFactory.ID).vocabulary(), width));
    for (int i = 0; i < size.layers(); i++) {
      all.add(plain("norm_w." + i, ones(), width));
      all.add(decayed("in_w." + i, normal, 2L * inner, width));
      if (size.bias()) {
        all.add(plain("in_b." + i, zeros(), 2L * inner));
      }
      all.add(decayed("conv_w." + i, taps, inner, size.convolution()));
      if (size.convolutionBias()) {
        all.add(plain("conv_b." + i, zeros(), inner));
      }
      all.add(decayed("x_w." + i, normal, rank + 2L * size.state(), inner));
      all.add(decayed("dt_w." + i, steps, inner, rank));
      all.add(plain("dt_b." + i, new Constant(STEP), inner));
      // A is -1 at first for all numbers of the state, which B and C tell apart.
      all.add(plain("a_log." + i, zeros(), inner, size.state()));
      all.add(plain("d." + i, ones(), inner));
      all.add(decayed("out_w." + i, residual, width, inner));
      if (size.bias()) {
        all.add(plain("out_b." + i, zeros(), width));
      }
    }
    all.add(plain("final_w", ones(), width));
    return List.copyOf(all);
  }

  @Override
  public Backbone build(Engine engine, Weights weights) {
    Map<String, ?> constants =
        Map.of(
            "n_layer", size.layers(),
            "d_state", size.state(),
            "dt_rank", size.stepRank(),
            "eps", size.normEps());
    Kernel kernel = engine.kernel(SOURCE, constants, weights);
    return new Mamba(kernel, size);
  }
}
