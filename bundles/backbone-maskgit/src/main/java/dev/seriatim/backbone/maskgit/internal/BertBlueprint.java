package dev.seriatim.backbone.maskgit.internal;

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
import java.util.List;
import java.util.Map;

/** A masked transformer in the shape of BERT (Devlin et al., 2019), laid out. */
record BertBlueprint(NetworkSize size, Frame frame) implements Blueprint<Backbone> {
  private static final KernelSource SOURCE =
      KernelSource.resource(BertBlueprint.class, "bert.py")
          .with(KernelSource.resource(BertBlueprint.class, "masked_input.py"))
          .with(KernelLibrary.TRANSFORMER);

  @Override
  public List<Parameter> parameters() {
    long width = size.width();
    long mlp = size.mlpWidth();
    Initializer normal = new Initializer.Normal(0.02f);
    List<Parameter> all = new ArrayList<>();
    all.add(plain("embedding", normal, NetworkSize.inputs(BertFactory.ID, frame), width));
    all.add(plain("position", normal, frame.layout().slots() + 1L, width));
    all.add(plain("token_type", normal, 2, width));
    all.add(plain("norm_w", ones(), width));
    all.add(plain("norm_b", zeros(), width));
    for (int i = 0; i < size.layers(); i++) {
      all.add(decayed("qkv_w." + i, normal, 3 * width, width));
      all.add(plain("qkv_b." + i, zeros(), 3 * width));
      all.add(decayed("proj_w." + i, normal, width, width));
      all.add(plain("proj_b." + i, zeros(), width));
      all.add(plain("norm1_w." + i, ones(), width));
      all.add(plain("norm1_b." + i, zeros(), width));
      all.add(decayed("fc_w." + i, normal, mlp, width));
      all.add(plain("fc_b." + i, zeros(), mlp));
      all.add(decayed("out_w." + i, normal, width, mlp));
      all.add(plain("out_b." + i, zeros(), width));
      all.add(plain("norm2_w." + i, ones(), width));
      all.add(plain("norm2_b." + i, zeros(), width));
    }
    return List.copyOf(all);
  }

  @Override
  public Backbone build(Engine engine, Weights weights) {
    Map<String, Integer> constants =
        Map.of(
            "n_layer", size.layers(),
            "n_head", size.heads(),
            "vocabulary", frame.discrete(BertFactory.ID).vocabulary());
    return new MaskedTransformer(BertFactory.ID, engine.kernel(SOURCE, constants, weights), frame);
  }
}
