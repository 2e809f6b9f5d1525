package dev.seriatim.backbone.nar.internal;

import dev.seriatim.api.model.ConditionSpace;

class NarWithoutFurtherBlocksTest extends NarContract {
  NarWithoutFurtherBlocksTest() {
    super(ConditionSpace.NONE);
  }

  @Override
  protected NarFactory.Configuration configuration() {
    return size(0);
  }
}
