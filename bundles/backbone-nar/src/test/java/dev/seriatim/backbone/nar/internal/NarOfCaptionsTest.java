package dev.seriatim.backbone.nar.internal;

import dev.seriatim.api.model.Condition;
import dev.seriatim.api.model.ConditionSpace;
import java.util.List;
import java.util.Random;

class NarOfCaptionsTest extends NarContract {
  NarOfCaptionsTest() {
    super(new ConditionSpace(List.of(), true, 3, 5));
  }

  @Override
  protected Condition condition(int sample) {
    Random random = new Random(sample);
    float[] values = new float[15];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return new Condition.Features(values, new boolean[] {true, true, true});
  }
}
