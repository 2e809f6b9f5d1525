package dev.seriatim.head.point.internal;

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
 * A linear layer from the hidden width to the width of a token.
 *
 * @param token width of a token
 */
record PointBlueprint(boolean bias, Frame frame, int token) implements Blueprint<Head> {
  private static final KernelSource SOURCE =
      KernelSource.resource(PointBlueprint.class, "point.py");

  @Override
  public List<Parameter> parameters() {
    Parameter weight =
        Parameter.decayed("weight", new Initializer.Normal(0.02f), token, frame.width());
    return bias
        ? List.of(weight, Parameter.plain("bias", Initializer.zeros(), token))
        : List.of(weight);
  }

  @Override
  public Head build(Engine engine, Weights weights) {
    return new PointHead(engine.kernel(SOURCE, Map.of(), weights));
  }
}
