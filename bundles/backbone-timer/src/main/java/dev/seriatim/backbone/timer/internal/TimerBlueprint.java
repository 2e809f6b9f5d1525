package dev.seriatim.backbone.timer.internal;

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

/**
 * The network laid out for patches of a length.
 *
 * @param positions rows of the table of positions
 */
record TimerBlueprint(TimerFactory.Configuration size, int positions, Frame frame)
    implements Blueprint<Backbone> {
  private static final KernelSource SOURCE =
      KernelSource.resource(TimerBlueprint.class, "timer.py").with(KernelLibrary.TRANSFORMER);

  @Override
  public List<Parameter> parameters() {
    long width = size.width();
    long mlp = size.mlp();
    long patch = frame.continuous(TimerFactory.ID).width();
    List<Parameter> all = new ArrayList<>();
    all.add(decayed("patch", xavier(width, patch), width, patch));
    all.add(plain("position", new Initializer.Normal(0.02f), positions, width));
    for (int i = 0; i < size.layers(); i++) {
      all.add(decayed("qkv_w." + i, xavier(width, width), 3 * width, width));
      all.add(plain("qkv_b." + i, zeros(), 3 * width));
      all.add(decayed("proj_w." + i, xavier(width, width), width, width));
      all.add(plain("proj_b." + i, zeros(), width));
      all.add(plain("norm1_w." + i, ones(), width));
      all.add(plain("norm1_b." + i, zeros(), width));
      all.add(decayed("up_w." + i, xavier(mlp, width), mlp, width));
      all.add(plain("up_b." + i, zeros(), mlp));
      all.add(decayed("down_w." + i, xavier(width, mlp), width, mlp));
      all.add(plain("down_b." + i, zeros(), width));
      all.add(plain("norm2_w." + i, ones(), width));
      all.add(plain("norm2_b." + i, zeros(), width));
    }
    all.add(plain("norm_w", ones(), width));
    all.add(plain("norm_b", zeros(), width));
    return List.copyOf(all);
  }

  /** Glorot and Bengio, "Understanding the difficulty of training deep networks", 2010. */
  private static Initializer xavier(long out, long in) {
    return new Initializer.Uniform((float) Math.sqrt(6.0 / (in + out)));
  }

  @Override
  public Backbone build(Engine engine, Weights weights) {
    Map<String, ?> constants =
        Map.of(
            "n_layer", size.layers(),
            "n_head", size.heads(),
            "relu", size.activation().equals("relu"));
    return new Timer(engine.kernel(SOURCE, constants, weights), size, frame);
  }
}
