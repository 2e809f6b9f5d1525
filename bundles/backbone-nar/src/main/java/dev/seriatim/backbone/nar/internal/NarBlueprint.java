package dev.seriatim.backbone.nar.internal;

import static dev.seriatim.api.weights.Initializer.ones;

import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.engine.KernelSource;
import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.weights.Parameter;
import dev.seriatim.api.weights.Weights;
import dev.seriatim.kernels.KernelLibrary;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** NAR's transformer laid out for a grid and its conditions. */
record NarBlueprint(NarFactory.Configuration size, Frame frame) implements Blueprint<Backbone> {
  private static final KernelSource SOURCE =
      KernelSource.resource(NarBlueprint.class, "nar.py")
          .with(KernelLibrary.GRID_TRANSFORMER)
          .with(KernelLibrary.TRANSFORMER);

  @Override
  public List<Parameter> parameters() {
    List<Parameter> all = new ArrayList<>(size.network().parameters(frame, size.blocks()));
    all.add(Parameter.plain("right_norm", ones(), size.network().width()));
    all.add(Parameter.plain("below_norm", ones(), size.network().width()));
    return List.copyOf(all);
  }

  @Override
  public Backbone build(Engine engine, Weights weights) {
    Map<String, Object> constants = size.network().constants(frame);
    constants.put("n_right", size.network().layers());
    constants.put("n_block", size.blocks());
    return new Nar(engine.kernel(SOURCE, constants, weights), size, frame);
  }
}
