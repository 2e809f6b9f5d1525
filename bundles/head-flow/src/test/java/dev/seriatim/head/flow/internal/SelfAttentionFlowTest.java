package dev.seriatim.head.flow.internal;

import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.canvas.Pyramid;
import java.util.List;

class SelfAttentionFlowTest extends FlowContract {
  SelfAttentionFlowTest() {
    super(new Pyramid(List.of(new Grid(2, 3))), "self");
  }
}
