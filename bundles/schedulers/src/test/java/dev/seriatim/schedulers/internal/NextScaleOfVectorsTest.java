package dev.seriatim.schedulers.internal;

import dev.seriatim.api.canvas.TokenSpace;

class NextScaleOfVectorsTest extends NextScaleContract {
  NextScaleOfVectorsTest() {
    super(new TokenSpace.Continuous(3));
  }
}
