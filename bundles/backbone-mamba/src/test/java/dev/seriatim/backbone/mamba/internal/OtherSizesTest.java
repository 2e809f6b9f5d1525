package dev.seriatim.backbone.mamba.internal;

import dev.seriatim.backbone.mamba.internal.MambaFactory.Configuration;

/**
 * Other sizes of state, convolution, rank and inner width; biases where there are none published.
 */
class OtherSizesTest extends MambaContract {
  @Override
  protected Configuration configuration() {
    return new Configuration(2, 12, 20, 5, 3, 2, true, false, 1e-6);
  }
}
