package dev.seriatim.tokenizer.maskgit.internal;

import dev.seriatim.tokenizer.maskgit.internal.VqMaskgitFactory.Configuration;
import java.util.List;

/** Without shortcuts. */
class OneWidthTest extends VqMaskgitContract {
  @Override
  protected Configuration configuration() {
    return with(8, 8, 1, 32, List.of(8, 8), 0);
  }
}
