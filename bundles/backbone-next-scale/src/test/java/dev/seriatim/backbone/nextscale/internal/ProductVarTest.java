package dev.seriatim.backbone.nextscale.internal;

import dev.seriatim.backbone.nextscale.internal.VarFactory.Configuration;

/** Attention by products, not by cosine. */
class ProductVarTest extends VarTest {
  @Override
  protected Configuration configuration() {
    return new Configuration(2, 2, 16, PlainPyramid.FEATURES, 4, false, false, 1e-6);
  }
}
