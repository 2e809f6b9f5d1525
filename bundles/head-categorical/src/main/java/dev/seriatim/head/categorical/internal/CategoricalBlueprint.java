package dev.seriatim.head.categorical.internal;

import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.engine.KernelSource;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.Head;
import dev.seriatim.api.weights.Initializer;
import dev.seriatim.api.weights.Parameter;
import dev.seriatim.api.weights.Weights;
import java.util.List;
import java.util.Map;

/**
 * A linear layer from the hidden width to all ids of all codebooks.
 *
 * @param mask id that is never predicted; -1 for none
 */
record CategoricalBlueprint(
    boolean bias, int mask, Softmax softmax, Frame frame, TokenSpace.Discrete tokens)
    implements Blueprint<Head> {
  private static final KernelSource SOURCE = Softmax.source("categorical.py");

  @Override
  public List<Parameter> parameters() {
    long outputs = (long) tokens.codebooks() * tokens.vocabulary();
    Parameter weight =
        Parameter.decayed("weight", new Initializer.Normal(0.02f), outputs, frame.width());
    return bias
        ? List.of(weight, Parameter.plain("bias", Initializer.zeros(), outputs))
        : List.of(weight);
  }

  @Override
  public Head build(Engine engine, Weights weights) {
    return softmax.head(engine, SOURCE, tokens, Map.of("mask", mask), weights);
  }
}
