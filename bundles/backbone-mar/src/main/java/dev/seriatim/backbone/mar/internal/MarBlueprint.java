package dev.seriatim.backbone.mar.internal;

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
 * Encoder and decoder laid out for a canvas and its conditions.
 *
 * @param token width of a token
 */
record MarBlueprint(MarFactory.Configuration size, Frame frame, int token)
    implements Blueprint<Backbone> {
  private static final KernelSource SOURCE =
      KernelSource.resource(MarBlueprint.class, "mar.py").with(KernelLibrary.TRANSFORMER);
  private static final Initializer NORMAL = new Initializer.Normal(0.02f);

  @Override
  public List<Parameter> parameters() {
    int width = size.encoderWidth();
    int decoder = size.decoderWidth();
    int slots = frame.layout().slots();
    int labels = frame.conditions().labels().size();
    List<Parameter> all = new ArrayList<>();
    if (labels > 0) {
      all.add(plain("labels", NORMAL, labels, width));
    }
    all.add(plain("no_label", NORMAL, 1, width));
    linear(all, "token", "", width, token);
    norm(all, "token_norm", "", width);
    all.add(plain("encoder_position", NORMAL, size.buffer() + slots, width));
    for (int i = 0; i < size.encoderLayers(); i++) {
      block(all, i, width);
    }
    norm(all, "encoder_norm", "", width);
    linear(all, "decoder", "", decoder, width);
    all.add(plain("mask", NORMAL, 1, decoder));
    all.add(plain("decoder_position", NORMAL, size.buffer() + slots, decoder));
    for (int i = 0; i < size.decoderLayers(); i++) {
      block(all, size.encoderLayers() + i, decoder);
    }
    norm(all, "decoder_norm", "", decoder);
    all.add(plain("output_position", NORMAL, slots, decoder));
    return List.copyOf(all);
  }

  private void block(List<Parameter> all, int index, int width) {
    String i = "." + index;
    int mlp = (int) (width * size.mlpRatio());
    norm(all, "norm1", i, width);
    linear(all, "qkv", i, 3 * width, width);
    linear(all, "proj", i, width, width);
    norm(all, "norm2", i, width);
    linear(all, "fc", i, mlp, width);
    linear(all, "out", i, width, mlp);
  }

  /** Glorot and Bengio, "Understanding the difficulty of training deep networks", 2010. */
  private static void linear(List<Parameter> all, String name, String index, int out, int in) {
    Initializer xavier = new Initializer.Uniform((float) Math.sqrt(6.0 / (in + out)));
    all.add(decayed(name + "_w" + index, xavier, out, in));
    all.add(plain(name + "_b" + index, zeros(), out));
  }

  private static void norm(List<Parameter> all, String name, String index, int width) {
    all.add(plain(name + "_w" + index, ones(), width));
    all.add(plain(name + "_b" + index, zeros(), width));
  }

  @Override
  public Backbone build(Engine engine, Weights weights) {
    Map<String, ?> constants =
        Map.of(
            "encoder_layers", size.encoderLayers(),
            "encoder_heads", size.encoderHeads(),
            "decoder_heads", size.decoderHeads(),
            "buffer", size.buffer(),
            "eps", size.normEpsilon());
    return new Mar(engine.kernel(SOURCE, constants, weights), frame);
  }
}
