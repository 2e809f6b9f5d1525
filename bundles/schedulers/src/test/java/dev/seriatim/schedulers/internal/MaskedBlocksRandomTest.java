package dev.seriatim.schedulers.internal;

import dev.seriatim.schedulers.internal.MaskedBlocksFactory.Configuration;

class MaskedBlocksRandomTest extends MaskedBlocksContract {
  @Override
  protected Configuration configuration() {
    return new Settings().blocks(4, 0).remasking("random").with();
  }
}
