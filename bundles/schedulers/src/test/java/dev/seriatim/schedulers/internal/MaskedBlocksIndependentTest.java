package dev.seriatim.schedulers.internal;

import dev.seriatim.schedulers.internal.MaskedBlocksFactory.Configuration;

class MaskedBlocksIndependentTest extends MaskedBlocksContract {
  @Override
  protected Configuration configuration() {
    return new Settings().blocks(0, 7).transfer("independent").with();
  }
}
