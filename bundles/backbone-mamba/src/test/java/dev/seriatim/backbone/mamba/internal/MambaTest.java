package dev.seriatim.backbone.mamba.internal;

import dev.seriatim.backbone.mamba.internal.MambaFactory.Configuration;

/** The published form. */
class MambaTest extends MambaContract {
  @Override
  protected Configuration configuration() {
    return new Configuration(2, 12, 0, 16, 4, 0, false, true, 1e-5);
  }
}
