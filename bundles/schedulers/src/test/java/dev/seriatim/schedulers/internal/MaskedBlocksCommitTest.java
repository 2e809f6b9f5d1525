package dev.seriatim.schedulers.internal;

import dev.seriatim.schedulers.internal.MaskedBlocksFactory.Configuration;
import java.util.List;

class MaskedBlocksCommitTest extends MaskedBlocksContract {
  @Override
  protected Configuration configuration() {
    return new Settings().blocks(5, 8).commit(List.of(3.0, 2.0, 1.0), 0).with();
  }
}
