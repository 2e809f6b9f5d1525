package dev.seriatim.backbone.nextscale.internal;

import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.backbone.nextscale.internal.FlowArFactory.Configuration;
import java.util.Map;

class FlowArTest extends ScaleContract<Configuration> {
  private static final int FEATURES = PlainPyramid.FEATURES;

  FlowArTest() {
    super(new TokenSpace.Continuous(3));
  }

  @Override
  protected PartFactory<Backbone, Configuration> factory() {
    return new FlowArFactory();
  }

  @Override
  protected Configuration configuration() {
    return new Configuration(16, 2, 2, 1, 4, FEATURES, 4, 16, 1e-6);
  }

  @Override
  protected Map<String, Configuration> refused() {
    return Map.of(
        "width", new Configuration(18, 2, 2, 1, 4, FEATURES, 4, 16, 1e-6),
        "encoder-layers", new Configuration(16, 0, 2, 1, 4, FEATURES, 4, 16, 1e-6),
        "encoder-heads", new Configuration(16, 2, 0, 1, 4, FEATURES, 4, 16, 1e-6),
        "decoder-layers", new Configuration(16, 2, 2, 0, 4, FEATURES, 4, 16, 1e-6),
        "decoder-heads", new Configuration(16, 2, 2, 1, 3, FEATURES, 4, 16, 1e-6),
        "features", new Configuration(16, 2, 2, 1, 4, 0, 4, 16, 1e-6),
        "mlp-ratio", new Configuration(16, 2, 2, 1, 4, FEATURES, 0, 16, 1e-6),
        "rope-span", new Configuration(16, 2, 2, 1, 4, FEATURES, 4, 0, 1e-6),
        "norm-eps", new Configuration(16, 2, 2, 1, 4, FEATURES, 4, 16, 0));
  }
}
