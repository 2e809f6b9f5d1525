package dev.seriatim.tokenizer.maskgit.internal;

import dev.seriatim.tokenizer.maskgit.internal.VqMaskgitFactory.Configuration;
import java.util.List;

/** Without changes of resolution. */
class OneLevelTest extends VqMaskgitContract {
  @Override
  protected Configuration configuration() {
    return with(4, 4, 3, 8, List.of(8), 0);
  }
}
