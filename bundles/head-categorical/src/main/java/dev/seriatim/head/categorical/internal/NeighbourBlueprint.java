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

/** A linear layer for each of the two neighbours that predict a slot. */
record NeighbourBlueprint(Softmax softmax, Frame frame, TokenSpace.Discrete tokens)
    implements Blueprint<Head> {
  private static final KernelSource SOURCE = Softmax.source("neighbour.py");

  @Override
  public List<Parameter> parameters() {
    long outputs = (long) tokens.codebooks() * tokens.vocabulary();
    Initializer normal = new Initializer.Normal(0.02f);
    return List.of(
        Parameter.decayed("right_w", normal, outputs, frame.width() / 2),
        Parameter.decayed("below_w", normal, outputs, frame.width() / 2));
  }

  @Override
  public Head build(Engine engine, Weights weights) {
    return softmax.head(engine, SOURCE, tokens, Map.of(), weights);
  }
}
