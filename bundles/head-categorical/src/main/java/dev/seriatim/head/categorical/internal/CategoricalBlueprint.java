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
record CategoricalBlueprint(
    CategoricalHeadFactory.Configuration configuration, Frame frame, TokenSpace.Discrete tokens)
    implements Blueprint<Head> {
  private static final KernelSource SOURCE =
      KernelSource.resource(CategoricalBlueprint.class, "categorical.py");

  @Override
  public List<Parameter> parameters() {
    long outputs = (long) tokens.codebooks() * tokens.vocabulary();
    Parameter weight =
        Parameter.decayed("weight", new Initializer.Normal(0.02f), outputs, frame.width());
    return configuration.bias()
        ? List.of(weight, Parameter.plain("bias", Initializer.zeros(), outputs))
        : List.of(weight);
  }

  @Override
  public Head build(Engine engine, Weights weights) {
    boolean race = configuration.draw().equals(CategoricalHeadFactory.RACE);
    Map<String, ?> constants =
        Map.of(
            "codebooks", tokens.codebooks(),
            "vocabulary", tokens.vocabulary(),
            "race", race,
            "logit_confidence", configuration.confidence().equals(CategoricalHeadFactory.LOGIT));
    int numbers = race ? tokens.codebooks() * tokens.vocabulary() : tokens.codebooks();
    return new CategoricalHead(engine.kernel(SOURCE, constants, weights), numbers);
  }
}
