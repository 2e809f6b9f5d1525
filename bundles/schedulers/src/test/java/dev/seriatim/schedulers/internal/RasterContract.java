package dev.seriatim.schedulers.internal;

import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.Scheduler;
import dev.seriatim.testkit.SchedulerContract;
import java.util.Map;

abstract class RasterContract extends SchedulerContract<RasterFactory.Configuration> {
  private final TokenSpace tokens;

  RasterContract(TokenSpace tokens) {
    this.tokens = tokens;
  }

  @Override
  protected PartFactory<Scheduler, RasterFactory.Configuration> factory() {
    return new RasterFactory();
  }

  @Override
  protected RasterFactory.Configuration configuration() {
    return new RasterFactory.Configuration();
  }

  @Override
  protected Frame frame() {
    return Frame.of(ConditionSpace.NONE).with(new Grid(3, 4), tokens);
  }

  @Override
  protected Map<String, RasterFactory.Configuration> refused() {
    return Map.of();
  }
}
