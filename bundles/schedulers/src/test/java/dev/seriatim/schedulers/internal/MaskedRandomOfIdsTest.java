package dev.seriatim.schedulers.internal;

import dev.seriatim.api.canvas.TokenSpace;

class MaskedRandomOfIdsTest extends MaskedRandomContract {
  MaskedRandomOfIdsTest() {
    super(new TokenSpace.Discrete(5, 2));
  }
}
