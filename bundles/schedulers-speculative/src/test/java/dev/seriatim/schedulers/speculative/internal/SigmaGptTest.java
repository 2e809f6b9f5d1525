package dev.seriatim.schedulers.speculative.internal;

import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.Scheduler;
import dev.seriatim.schedulers.speculative.internal.SigmaGptFactory.Configuration;
import dev.seriatim.testkit.SchedulerContract;
import java.util.Map;

class SigmaGptTest extends SchedulerContract<Configuration> {
  @Override
  protected PartFactory<Scheduler, Configuration> factory() {
    return new SigmaGptFactory();
  }

  @Override
  protected Configuration configuration() {
    return new Configuration(2, 5);
  }

  @Override
  protected Frame frame() {
    return Frame.of(ConditionSpace.NONE).with(new Grid(3, 4), new TokenSpace.Discrete(5, 2));
  }

  @Override
  protected Map<String, Configuration> refused() {
    return Map.of("orders", new Configuration(0, 5), "length", new Configuration(2, -1));
  }
}
