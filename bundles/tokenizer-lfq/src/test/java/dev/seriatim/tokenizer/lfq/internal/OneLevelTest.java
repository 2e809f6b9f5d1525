package dev.seriatim.tokenizer.lfq.internal;

import dev.seriatim.tokenizer.lfq.internal.LfqGridFactory.Configuration;
import java.util.List;

/** Without changes of resolution or width. */
class OneLevelTest extends LfqGridContract {
  @Override
  protected Configuration configuration() {
    return with(4, 4, 6, List.of(), List.of(8), 0);
  }
}
