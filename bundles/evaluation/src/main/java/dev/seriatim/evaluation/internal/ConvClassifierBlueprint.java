package dev.seriatim.evaluation.internal;

import static dev.seriatim.api.weights.Initializer.he;
import static dev.seriatim.api.weights.Initializer.ones;
import static dev.seriatim.api.weights.Initializer.zeros;
import static dev.seriatim.api.weights.Parameter.decayed;
import static dev.seriatim.api.weights.Parameter.plain;

import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.engine.KernelSource;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.Classifier;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.weights.Initializer;
import dev.seriatim.api.weights.Parameter;
import dev.seriatim.api.weights.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The classifier laid out for one size of image. */
record ConvClassifierBlueprint(ConvClassifierFactory.Configuration size, int classes, Frame frame)
    implements Blueprint<Classifier> {
  private static final KernelSource SOURCE =
      KernelSource.resource(ConvClassifierBlueprint.class, "conv_classifier.py");

  @Override
  public List<Parameter> parameters() {
    List<Parameter> all = new ArrayList<>();
    int in = size.imageChannels();
    for (int level = 0; level < size.channels().size(); level++) {
      int out = size.channels().get(level);
      convolution(all, 2 * level, out, in);
      convolution(all, 2 * level + 1, out, out);
      in = out;
    }
    long flat = (long) in * (size.height() / size.factor()) * (size.width() / size.factor());
    all.add(decayed("feature_w", he(flat), size.featureWidth(), flat));
    all.add(plain("feature_b", zeros(), size.featureWidth()));
    all.add(decayed("class_w", new Initializer.Normal(0.02f), classes, size.featureWidth()));
    all.add(plain("class_b", zeros(), classes));
    return List.copyOf(all);
  }

  private static void convolution(List<Parameter> all, int index, int out, int in) {
    all.add(decayed("conv_w." + index, he(9L * in), out, in, 3, 3));
    all.add(plain("conv_b." + index, zeros(), out));
    all.add(plain("norm_w." + index, ones(), out));
    all.add(plain("norm_b." + index, zeros(), out));
  }

  @Override
  public Classifier build(Engine engine, Weights weights) {
    Map<String, ?> constants =
        Map.of(
            "n_level", size.channels().size(),
            "groups", size.groups(),
            "smoothing", size.smoothing());
    return new ConvClassifier(engine.kernel(SOURCE, constants, weights), size, classes);
  }
}
