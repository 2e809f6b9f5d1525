package dev.seriatim.backbone.transformer.internal;

import static dev.seriatim.api.weights.Initializer.ones;
import static dev.seriatim.api.weights.Initializer.zeros;
import static dev.seriatim.api.weights.Parameter.decayed;
import static dev.seriatim.api.weights.Parameter.plain;

import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.engine.KernelSource;
import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.weights.Initializer;
import dev.seriatim.api.weights.Parameter;
import dev.seriatim.api.weights.Weights;
import dev.seriatim.kernels.KernelLibrary;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A causal transformer laid out for a canvas and its conditions. */
record CausalTransformerBlueprint(CausalTransformerFactory.Configuration size, Frame frame)
    implements Blueprint<Backbone> {
  private static final KernelSource SOURCE =
      KernelSource.resource(CausalTransformerBlueprint.class, "causal_transformer.py")
          .with(KernelLibrary.TRANSFORMER);

  @Override
  public List<Parameter> parameters() {
    TokenSpace.Discrete tokens = frame.discrete(CausalTransformerFactory.ID);
    long width = size.width();
    long mlp = width * size.mlpRatio();
    Initializer normal = new Initializer.Normal(0.02f);
    // Layers that write to the residual stream start smaller the deeper the network is (Radford et
    // al., "Language models are unsupervised multitask learners", 2019, section 2.3).
    Initializer residual = new Initializer.Normal((float) (0.02 / Math.sqrt(2.0 * size.layers())));
    List<Parameter> all = new ArrayList<>();
    all.add(plain("wte", normal, (long) tokens.codebooks() * tokens.vocabulary(), width));
    all.add(plain("wpe", normal, positions(), width));
    if (size.conditioned()) {
      all.add(plain("condition", normal, frame.conditions().labels().size() + 1L, width));
    }
    for (int i = 0; i < size.layers(); i++) {
      all.add(plain("ln1_w." + i, ones(), width));
      bias(all, "ln1_b." + i, width);
      all.add(decayed("attn_w." + i, normal, 3 * width, width));
      bias(all, "attn_b." + i, 3 * width);
      all.add(decayed("proj_w." + i, residual, width, width));
      bias(all, "proj_b." + i, width);
      all.add(plain("ln2_w." + i, ones(), width));
      bias(all, "ln2_b." + i, width);
      all.add(decayed("fc_w." + i, normal, mlp, width));
      bias(all, "fc_b." + i, mlp);
      all.add(decayed("out_w." + i, residual, width, mlp));
      bias(all, "out_b." + i, width);
    }
    all.add(plain("lnf_w", ones(), width));
    bias(all, "lnf_b", width);
    return List.copyOf(all);
  }

  private void bias(List<Parameter> all, String name, long width) {
    if (size.bias()) {
      all.add(plain(name, zeros(), width));
    }
  }

  private int positions() {
    return size.positions() == 0 ? frame.layout().slots() : size.positions();
  }

  @Override
  public Backbone build(Engine engine, Weights weights) {
    Map<String, ?> constants =
        Map.of(
            "n_layer", size.layers(),
            "n_head", size.heads(),
            "vocabulary", frame.discrete(CausalTransformerFactory.ID).vocabulary(),
            "eps", size.normEps(),
            "tanh", size.tanh());
    Kernel kernel = engine.kernel(SOURCE, constants, weights);
    return new CausalTransformer(kernel, size, positions(), frame);
  }
}
