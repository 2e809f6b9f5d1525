package dev.seriatim.schedulers.internal;

import dev.seriatim.api.canvas.TokenSpace;

class NextScaleOfIdsTest extends NextScaleContract {
  NextScaleOfIdsTest() {
    super(new TokenSpace.Discrete(5, 2));
  }
}
