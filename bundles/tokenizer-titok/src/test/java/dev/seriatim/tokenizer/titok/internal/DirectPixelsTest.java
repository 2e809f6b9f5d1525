package dev.seriatim.tokenizer.titok.internal;

import dev.seriatim.tokenizer.titok.internal.TitokFactory.Configuration;

class DirectPixelsTest extends TitokContract {
  @Override
  protected Configuration configuration() {
    return with(16, 32, false, 3, 4);
  }
}
