package dev.seriatim.schedulers.internal;

import dev.seriatim.schedulers.internal.MaskedBlocksFactory.Configuration;

class MaskedBlocksTimestepsTest extends MaskedBlocksContract {
  @Override
  protected Configuration configuration() {
    return new Settings().blocks(5, 9).transfer("timesteps").remasking("entropy").noise(0.5).with();
  }
}
