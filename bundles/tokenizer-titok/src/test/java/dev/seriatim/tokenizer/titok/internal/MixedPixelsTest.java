package dev.seriatim.tokenizer.titok.internal;

import dev.seriatim.tokenizer.titok.internal.TitokFactory.Configuration;

class MixedPixelsTest extends TitokContract {
  @Override
  protected Configuration configuration() {
    return with(8, 32, true, 3, 2);
  }
}
