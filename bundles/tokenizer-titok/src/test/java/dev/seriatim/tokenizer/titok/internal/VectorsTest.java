package dev.seriatim.tokenizer.titok.internal;

import dev.seriatim.tokenizer.titok.internal.TitokFactory.Configuration;

class VectorsTest extends TitokContract {
  @Override
  protected Configuration configuration() {
    return with(8, 0, false, 3, 8);
  }
}
