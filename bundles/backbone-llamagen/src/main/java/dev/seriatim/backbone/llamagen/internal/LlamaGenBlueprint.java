package dev.seriatim.backbone.llamagen.internal;

import static dev.seriatim.api.weights.Initializer.ones;

import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.engine.KernelSource;
import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.weights.Parameter;
import dev.seriatim.api.weights.Weights;
import dev.seriatim.kernels.GridTransformer;
import dev.seriatim.kernels.KernelLibrary;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** LlamaGen's transformer laid out for a grid and its conditions. */
record LlamaGenBlueprint(GridTransformer size, Frame frame) implements Blueprint<Backbone> {
  private static final KernelSource SOURCE =
      KernelSource.resource(LlamaGenBlueprint.class, "llamagen.py")
          .with(KernelLibrary.GRID_TRANSFORMER)
          .with(KernelLibrary.TRANSFORMER);

  @Override
  public List<Parameter> parameters() {
    List<Parameter> all = new ArrayList<>(size.parameters(frame, size.layers()));
    all.add(Parameter.plain("norm_w", ones(), size.width()));
    return List.copyOf(all);
  }

  @Override
  public Backbone build(Engine engine, Weights weights) {
    Map<String, Object> constants = size.constants(frame);
    constants.put("n_layer", size.layers());
    return new LlamaGen(engine.kernel(SOURCE, constants, weights), size, frame);
  }
}
