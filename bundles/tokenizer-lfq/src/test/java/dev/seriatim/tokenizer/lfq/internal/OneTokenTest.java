package dev.seriatim.tokenizer.lfq.internal;

import dev.seriatim.tokenizer.lfq.internal.LfqGridFactory.Configuration;
import java.util.List;

class OneTokenTest extends LfqGridContract {
  @Override
  protected Configuration configuration() {
    return with(8, 16, 6, List.of(), List.of(8, 16, 16), 16);
  }
}
