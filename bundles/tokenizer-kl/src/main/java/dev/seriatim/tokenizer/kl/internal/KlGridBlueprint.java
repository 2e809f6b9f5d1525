package dev.seriatim.tokenizer.kl.internal;

import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.engine.KernelSource;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.Tokenizer;
import dev.seriatim.api.weights.Parameter;
import dev.seriatim.api.weights.Weights;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The grid tokenizer laid out for one size of image. */
record KlGridBlueprint(KlGridFactory.Configuration size, Frame frame)
    implements Blueprint<Tokenizer> {
  private static final KernelSource SOURCE = KlParameters.source("kl_grid.py");

  @Override
  public List<Parameter> parameters() {
    return KlParameters.of(size.network(), size.imageChannels(), size.latentWidth());
  }

  @Override
  public Tokenizer build(Engine engine, Weights weights) {
    Map<String, Object> constants = new HashMap<>(size.network().constants());
    constants.put("patch", size.patch());
    constants.put("scale_factor", size.scaleFactor());
    constants.put("kl_weight", size.klWeight());
    return new KlGrid(engine.kernel(SOURCE, constants, weights), size, frame);
  }
}
