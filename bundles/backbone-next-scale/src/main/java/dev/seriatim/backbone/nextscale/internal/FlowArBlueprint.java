package dev.seriatim.backbone.nextscale.internal;

import static dev.seriatim.api.weights.Initializer.ones;
import static dev.seriatim.api.weights.Initializer.zeros;
import static dev.seriatim.api.weights.Parameter.decayed;
import static dev.seriatim.api.weights.Parameter.plain;

import dev.seriatim.api.canvas.Grid;
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
 * FlowAR's transformer laid out for a pyramid. All modulations start at zero, so that training
 * starts with blocks that change nothing (Peebles and Xie, "Scalable diffusion models with
 * transformers", 2023).
 */
record FlowArBlueprint(FlowArFactory.Configuration size, Pyramid pyramid, Frame frame)
    implements Blueprint<Backbone> {
  private static final KernelSource SOURCE =
      KernelSource.resource(FlowArBlueprint.class, "flowar.py").with(KernelLibrary.TRANSFORMER);

  private static final Initializer NORMAL = new Initializer.Normal(0.02f);

  @Override
  public List<Parameter> parameters() {
    long width = size.width();
    long slots = pyramid.slots();
    List<Parameter> all = new ArrayList<>();
    linear(all, "feature", "", width, size.features());
    all.add(plain("condition", NORMAL, frame.conditions().labels().size() + 1L, width));
    all.add(plain("input_norm_w", ones(), width));
    all.add(plain("encoder_position", NORMAL, slots, width));
    all.add(plain("encoder_norm_w", ones(), width));
    linear(all, "between", "", width, width);
    all.add(plain("decoder_position", NORMAL, slots, width));
    all.add(plain("decoder_norm_w", ones(), width));
    all.add(plain("head_position", NORMAL, slots, width));
    for (int i = 0; i < size.encoderLayers() + size.decoderLayers(); i++) {
      linear(all, "qkv", "." + i, 3 * width, width);
      linear(all, "proj", "." + i, width, width);
      linear(all, "gate", "." + i, size.mlp(), width);
      linear(all, "up", "." + i, size.mlp(), width);
      linear(all, "down", "." + i, width, size.mlp());
      all.add(decayed("ada_w." + i, zeros(), 6 * width, width));
      all.add(plain("ada_b." + i, zeros(), 6 * width));
    }
    return List.copyOf(all);
  }

  /**
   * Starts as Glorot and Bengio, "Understanding the difficulty of training deep networks", 2010.
   */
  private static void linear(List<Parameter> all, String name, String index, long out, long in) {
    Initializer uniform = new Initializer.Uniform((float) Math.sqrt(6.0 / (in + out)));
    all.add(decayed(name + "_w" + index, uniform, out, in));
    all.add(plain(name + "_b" + index, zeros(), out));
  }

  @Override
  public Backbone build(Engine engine, Weights weights) {
    Map<String, Object> constants =
        Map.of(
            "n_encoder", size.encoderLayers(),
            "n_decoder", size.decoderLayers(),
            "encoder_heads", size.encoderHeads(),
            "decoder_heads", size.decoderHeads(),
            "span", size.ropeSpan(),
            "eps", size.normEps(),
            "rows", pyramid.scales().stream().map(Grid::rows).toList(),
            "columns", pyramid.scales().stream().map(Grid::columns).toList(),
            "bounds", ScaleTransformer.bounds(pyramid));
    return new ScaleTransformer(engine.kernel(SOURCE, constants, weights), FlowArFactory.ID, frame);
  }
}
