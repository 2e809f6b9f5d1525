package dev.seriatim.schedulers.internal;

import dev.seriatim.schedulers.internal.MaskedBlocksFactory.Configuration;

class MaskedBlocksThresholdTest extends MaskedBlocksContract {
  @Override
  protected Configuration configuration() {
    return new Settings().blocks(5, 0).threshold(0.9).start("layout").with();
  }
}
