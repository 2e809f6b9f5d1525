package dev.seriatim.backbone.llamagen.internal;

import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.kernels.GridTransformer;
import dev.seriatim.testkit.BackboneContract;
import java.util.Map;

abstract class LlamaGenContract extends BackboneContract<GridTransformer> {
  private final ConditionSpace conditions;
  private final int keyHeads;

  LlamaGenContract(ConditionSpace conditions, int keyHeads) {
    this.conditions = conditions;
    this.keyHeads = keyHeads;
  }

  @Override
  protected PartFactory<Backbone, GridTransformer> factory() {
    return new LlamaGenFactory();
  }

  @Override
  protected GridTransformer configuration() {
    return new GridTransformer(2, 2, keyHeads, 16, 24, 10000, 1e-5);
  }

  @Override
  protected Frame frame() {
    return Frame.of(conditions).with(new Grid(2, 4), new TokenSpace.Discrete(13, 1));
  }

  @Override
  protected Map<String, GridTransformer> refused() {
    return Map.of(
        "layers", new GridTransformer(0, 2, 0, 16, 24, 10000, 1e-5),
        "heads", new GridTransformer(2, 0, 0, 16, 24, 10000, 1e-5),
        "key-heads", new GridTransformer(2, 2, 3, 16, 24, 10000, 1e-5),
        "width", new GridTransformer(2, 2, 0, 12, 24, 10000, 1e-5),
        "mlp-width", new GridTransformer(2, 2, 0, 16, 0, 10000, 1e-5),
        "rotary-base", new GridTransformer(2, 2, 0, 16, 24, 1, 1e-5),
        "norm-eps", new GridTransformer(2, 2, 0, 16, 24, 10000, 0));
  }
}
