package dev.seriatim.schedulers.internal;

import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.schedulers.internal.NextScaleFactory.Configuration;
import java.util.List;

class NextScaleInStepsTest extends NextScaleContract {
  NextScaleInStepsTest() {
    super(new TokenSpace.Discrete(5, 1));
  }

  @Override
  protected Configuration configuration() {
    return new Configuration(0, -1, 4, List.of());
  }
}
