package dev.seriatim.schedulers.internal;

import dev.seriatim.api.canvas.TokenSpace;

class RasterOfVectorsTest extends RasterContract {
  RasterOfVectorsTest() {
    super(new TokenSpace.Continuous(3));
  }
}
