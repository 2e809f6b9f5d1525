package dev.seriatim.head.flow.internal;

import dev.seriatim.api.canvas.Grid;

class PerTokenFlowTest extends FlowContract {
  PerTokenFlowTest() {
    super(new Grid(2, 3), "none");
  }
}
