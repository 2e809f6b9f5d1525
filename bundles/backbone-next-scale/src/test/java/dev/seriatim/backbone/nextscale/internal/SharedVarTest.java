package dev.seriatim.backbone.nextscale.internal;

import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.backbone.nextscale.internal.VarFactory.Configuration;
import java.util.Map;

class SharedVarTest extends ScaleContract<Configuration> {
  private static final int FEATURES = PlainPyramid.FEATURES;

  SharedVarTest() {
    super(new TokenSpace.Discrete(5, 1));
  }

  @Override
  protected PartFactory<Backbone, Configuration> factory() {
    return new VarFactory();
  }

  @Override
  protected Configuration configuration() {
    return new Configuration(2, 2, 16, FEATURES, 4, true, true, 1e-6);
  }

  @Override
  protected Map<String, Configuration> refused() {
    return Map.of(
        "layers", new Configuration(0, 2, 16, FEATURES, 4, false, true, 1e-6),
        "heads", new Configuration(2, 0, 16, FEATURES, 4, false, true, 1e-6),
        "width", new Configuration(2, 3, 16, FEATURES, 4, false, true, 1e-6),
        "features", new Configuration(2, 2, 16, 0, 4, false, true, 1e-6),
        "mlp-ratio", new Configuration(2, 2, 16, FEATURES, 0, false, true, 1e-6),
        "norm-eps", new Configuration(2, 2, 16, FEATURES, 4, false, true, 0));
  }
}
