package dev.seriatim.backbone.llama.internal;

import static dev.seriatim.api.weights.Initializer.ones;
import static dev.seriatim.api.weights.Initializer.zeros;
import static dev.seriatim.api.weights.Parameter.decayed;
import static dev.seriatim.api.weights.Parameter.plain;

import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.engine.KernelSource;
import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.weights.Initializer;
import dev.seriatim.api.weights.Parameter;
import dev.seriatim.api.weights.Weights;
import dev.seriatim.kernels.KernelLibrary;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The transformer laid out for a vocabulary. */
record LlamaBlueprint(LlamaFactory.Configuration size, Frame frame) implements Blueprint<Backbone> {
  private static final KernelSource SOURCE =
      KernelSource.resource(LlamaBlueprint.class, "llama.py").with(KernelLibrary.TRANSFORMER);

  @Override
  public List<Parameter> parameters() {
    long width = size.width();
    long mlp = size.mlpWidth();
    long queries = (long) size.heads() * size.perHead();
    long all = queries + 2L * size.keys() * size.perHead();
    Initializer normal = new Initializer.Normal(0.02f);
    // Layers that write to the residual stream start smaller the deeper the network is (Radford et
    // al., "Language models are unsupervised multitask learners", 2019, section 2.3).
    Initializer residual = new Initializer.Normal((float) (0.02 / Math.sqrt(2.0 * size.layers())));
    List<Parameter> parameters = new ArrayList<>();
    parameters.add(plain("token", normal, frame.discrete(LlamaFactory.ID).vocabulary(), width));
    for (int i = 0; i < size.layers(); i++) {
      parameters.add(plain("attn_norm." + i, ones(), width));
      parameters.add(decayed("qkv." + i, normal, all, width));
      if (size.qkvBias()) {
        parameters.add(plain("qkv_b." + i, zeros(), all));
      }
      if (size.headNorms()) {
        parameters.add(plain("q_norm." + i, ones(), size.perHead()));
        parameters.add(plain("k_norm." + i, ones(), size.perHead()));
      }
      parameters.add(decayed("proj." + i, residual, width, queries));
      if (size.projBias()) {
        parameters.add(plain("proj_b." + i, zeros(), width));
      }
      parameters.add(plain("mlp_norm." + i, ones(), width));
      parameters.add(decayed("gate." + i, normal, mlp, width));
      parameters.add(decayed("up." + i, normal, mlp, width));
      parameters.add(decayed("down." + i, residual, width, mlp));
    }
    parameters.add(plain("norm_w", ones(), width));
    return List.copyOf(parameters);
  }

  @Override
  public Backbone build(Engine engine, Weights weights) {
    Map<String, Object> constants = new HashMap<>(size.rotary().constants());
    constants.put("n_layer", size.layers());
    constants.put("n_head", size.heads());
    constants.put("n_key", size.keys());
    constants.put("block", size.blockInputs());
    constants.put("shift", size.predictsNext());
    constants.put("mask", size.mask());
    constants.put("norm_eps", size.normEps());
    return new Llama(engine.kernel(SOURCE, constants, weights), size, frame);
  }
}
