package dev.seriatim.backbone.rar.internal;

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

/** A {@link Rar} laid out for a canvas and its conditions. */
record RarBlueprint(RarFactory.Configuration size, Frame frame) implements Blueprint<Backbone> {
  private static final KernelSource SOURCE =
      KernelSource.resource(RarBlueprint.class, "rar.py").with(KernelLibrary.TRANSFORMER);

  private int vocabulary() {
    return frame.discrete(RarFactory.ID).vocabulary();
  }

  /** Blocks start as the identity: what modulates them is zero (Peebles and Xie, 2023). */
  @Override
  public List<Parameter> parameters() {
    long width = size.width();
    long head = width / size.heads();
    long mlp = size.mlpWidth();
    long conditions = frame.conditions().labels().size() + 1L;
    Initializer normal = new Initializer.Normal(0.02f);
    List<Parameter> all = new ArrayList<>();
    all.add(plain("start", zeros(), width));
    all.add(plain("embedding", normal, vocabulary() + 1L + conditions, width));
    all.add(plain("position", normal, size.positions(frame), width));
    all.add(plain("target", normal, size.positions(frame), width));
    all.add(plain("time", normal, size.times(frame), width));
    for (int i = 0; i < size.layers(); i++) {
      all.add(plain("norm1_w." + i, ones(), width));
      all.add(plain("norm1_b." + i, zeros(), width));
      all.add(decayed("qkv_w." + i, normal, 3 * width, width));
      all.add(plain("qkv_b." + i, zeros(), 3 * width));
      all.add(plain("q_norm_w." + i, ones(), head));
      all.add(plain("q_norm_b." + i, zeros(), head));
      all.add(plain("k_norm_w." + i, ones(), head));
      all.add(plain("k_norm_b." + i, zeros(), head));
      all.add(decayed("proj_w." + i, normal, width, width));
      all.add(plain("proj_b." + i, zeros(), width));
      all.add(plain("norm2_w." + i, ones(), width));
      all.add(plain("norm2_b." + i, zeros(), width));
      all.add(decayed("fc_w." + i, normal, mlp, width));
      all.add(plain("fc_b." + i, zeros(), mlp));
      all.add(decayed("out_w." + i, normal, width, mlp));
      all.add(plain("out_b." + i, zeros(), width));
      all.add(decayed("adaln_w." + i, zeros(), 6 * width, width));
      all.add(plain("adaln_b." + i, zeros(), 6 * width));
    }
    all.add(decayed("final_w", zeros(), 2 * width, width));
    all.add(plain("final_b", zeros(), 2 * width));
    return List.copyOf(all);
  }

  @Override
  public Backbone build(Engine engine, Weights weights) {
    Map<String, Integer> constants =
        Map.of(
            "n_layer", size.layers(),
            "n_head", size.heads(),
            "vocabulary", vocabulary());
    return new Rar(engine.kernel(SOURCE, constants, weights), size, frame);
  }
}
