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

/** A linear layer from the hidden width to all ids of all codebooks. */
record CategoricalBlueprint(Frame frame, TokenSpace.Discrete tokens) implements Blueprint<Head> {
  private static final KernelSource SOURCE =
      KernelSource.resource(CategoricalBlueprint.class, "categorical.py");

  @Override
  public List<Parameter> parameters() {
    long outputs = (long) tokens.codebooks() * tokens.vocabulary();
    return List.of(
        Parameter.decayed("weight", new Initializer.Normal(0.02f), outputs, frame.width()),
        Parameter.plain("bias", Initializer.zeros(), outputs));
  }

  @Override
  public Head build(Engine engine, Weights weights) {
    Map<String, Integer> constants =
        Map.of("codebooks", tokens.codebooks(), "vocabulary", tokens.vocabulary());
    return new CategoricalHead(engine.kernel(SOURCE, constants, weights), tokens.codebooks());
  }
}
