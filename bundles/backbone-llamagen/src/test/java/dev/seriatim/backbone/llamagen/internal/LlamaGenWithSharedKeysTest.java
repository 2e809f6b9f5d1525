package dev.seriatim.backbone.llamagen.internal;

import dev.seriatim.api.model.ConditionSpace;

class LlamaGenWithSharedKeysTest extends LlamaGenContract {
  LlamaGenWithSharedKeysTest() {
    super(ConditionSpace.NONE, 1);
  }
}
