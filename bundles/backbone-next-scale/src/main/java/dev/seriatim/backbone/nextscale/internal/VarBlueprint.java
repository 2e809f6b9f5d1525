package dev.seriatim.backbone.nextscale.internal;

import static dev.seriatim.api.weights.Initializer.zeros;
import static dev.seriatim.api.weights.Parameter.decayed;
import static dev.seriatim.api.weights.Parameter.plain;

import dev.seriatim.api.canvas.Pyramid;
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

/**
 * VAR's transformer laid out for a pyramid. All modulations start at zero, so that training starts
 * with blocks that change nothing (Peebles and Xie, "Scalable diffusion models with transformers",
 * 2023).
 */
record VarBlueprint(VarFactory.Configuration size, Pyramid pyramid, Frame frame)
    implements Blueprint<Backbone> {
  private static final KernelSource SOURCE =
      KernelSource.resource(VarBlueprint.class, "var.py").with(KernelLibrary.TRANSFORMER);

  @Override
  public List<Parameter> parameters() {
    long width = size.width();
    long mlp = (long) Math.rint(size.mlpRatio() * width);
    Initializer normal = new Initializer.Normal((float) Math.sqrt(1.0 / (3 * width)));
    List<Parameter> all = new ArrayList<>();
    all.add(decayed("word_w", normal, width, size.features()));
    all.add(plain("word_b", zeros(), width));
    all.add(plain("condition", normal, frame.conditions().labels().size() + 1L, width));
    all.add(plain("start", normal, pyramid.firstSlot(1), width));
    all.add(plain("position", normal, pyramid.slots(), width));
    all.add(plain("level", normal, pyramid.scales().size(), width));
    for (int i = 0; i < size.layers(); i++) {
      all.add(decayed("qkv_w." + i, normal, 3 * width, width));
      all.add(plain("q_b." + i, zeros(), width));
      all.add(plain("v_b." + i, zeros(), width));
      if (size.cosine()) {
        Initializer four = new Initializer.Constant((float) Math.log(4));
        all.add(plain("sharpness." + i, four, size.heads()));
      }
      all.add(decayed("proj_w." + i, normal, width, width));
      all.add(plain("proj_b." + i, zeros(), width));
      all.add(decayed("fc_w." + i, normal, mlp, width));
      all.add(plain("fc_b." + i, zeros(), mlp));
      all.add(decayed("out_w." + i, normal, width, mlp));
      all.add(plain("out_b." + i, zeros(), width));
      if (size.sharedAda()) {
        all.add(plain("ada." + i, zeros(), 6, width));
      } else {
        all.add(decayed("ada_w." + i, zeros(), 6 * width, width));
        all.add(plain("ada_b." + i, zeros(), 6 * width));
      }
    }
    if (size.sharedAda()) {
      all.add(decayed("shared_ada_w", zeros(), 6 * width, width));
      all.add(plain("shared_ada_b", zeros(), 6 * width));
    }
    all.add(decayed("final_ada_w", zeros(), 2 * width, width));
    all.add(plain("final_ada_b", zeros(), 2 * width));
    return List.copyOf(all);
  }

  @Override
  public Backbone build(Engine engine, Weights weights) {
    Map<String, Object> constants =
        Map.of(
            "n_layer", size.layers(),
            "n_head", size.heads(),
            "eps", size.normEps(),
            "bounds", ScaleTransformer.bounds(pyramid));
    return new ScaleTransformer(engine.kernel(SOURCE, constants, weights), VarFactory.ID, frame);
  }
}
