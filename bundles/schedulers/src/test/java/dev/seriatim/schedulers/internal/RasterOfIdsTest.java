package dev.seriatim.schedulers.internal;

import dev.seriatim.api.canvas.TokenSpace;

class RasterOfIdsTest extends RasterContract {
  RasterOfIdsTest() {
    super(new TokenSpace.Discrete(5, 2));
  }
}
