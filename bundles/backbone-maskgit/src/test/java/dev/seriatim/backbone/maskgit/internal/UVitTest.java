package dev.seriatim.backbone.maskgit.internal;

import java.util.Map;

class UVitTest extends MaskedTransformerContract {
  UVitTest() {
    super(new UVitFactory());
  }

  @Override
  protected Map<String, NetworkSize> refused() {
    return Map.of(
        "layers", new NetworkSize(0, 2, 16, 24),
        "heads", new NetworkSize(2, 0, 16, 24),
        "width", new NetworkSize(2, 3, 16, 24),
        "mlp-width", new NetworkSize(2, 2, 16, 0));
  }
}
