package dev.seriatim.backbone.bd3lm.internal;

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

/** A {@link Bd3lm} laid out for a sequence. */
record Bd3lmBlueprint(Bd3lmFactory.Configuration size, Frame frame) implements Blueprint<Backbone> {
  private static final KernelSource SOURCE =
      KernelSource.resource(Bd3lmBlueprint.class, "bd3lm.py").with(KernelLibrary.TRANSFORMER);

  /** Blocks start as the identity: what modulates them is zero (Peebles and Xie, 2023). */
  @Override
  public List<Parameter> parameters() {
    long width = size.width();
    long mlp = size.mlpWidth();
    long condition = size.conditionWidth();
    long vocabulary = frame.discrete(Bd3lmFactory.ID).vocabulary();
    Initializer normal = new Initializer.Normal(0.02f);
    List<Parameter> all = new ArrayList<>();
    all.add(plain("embedding", normal, vocabulary, width));
    all.add(decayed("noise1_w", normal, condition, size.frequencyWidth()));
    all.add(plain("noise1_b", zeros(), condition));
    all.add(decayed("noise2_w", normal, condition, condition));
    all.add(plain("noise2_b", zeros(), condition));
    for (int i = 0; i < size.layers(); i++) {
      all.add(plain("norm1_w." + i, ones(), width));
      all.add(decayed("qkv_w." + i, normal, 3 * width, width));
      all.add(decayed("proj_w." + i, normal, width, width));
      all.add(plain("norm2_w." + i, ones(), width));
      all.add(decayed("fc_w." + i, normal, mlp, width));
      all.add(plain("fc_b." + i, zeros(), mlp));
      all.add(decayed("out_w." + i, normal, width, mlp));
      all.add(plain("out_b." + i, zeros(), width));
      all.add(decayed("adaln_w." + i, zeros(), 6 * width, condition));
      all.add(plain("adaln_b." + i, zeros(), 6 * width));
    }
    all.add(plain("norm_w", ones(), width));
    all.add(decayed("final_w", zeros(), 2 * width, condition));
    all.add(plain("final_b", zeros(), 2 * width));
    return List.copyOf(all);
  }

  @Override
  public Backbone build(Engine engine, Weights weights) {
    Map<String, Object> constants =
        Map.of(
            "n_layer", size.layers(),
            "n_head", size.heads(),
            "block", size.blockSize(),
            "mask", size.maskId(),
            "timed", size.timeConditioning());
    return new Bd3lm(engine.kernel(SOURCE, constants, weights), size, frame);
  }
}
