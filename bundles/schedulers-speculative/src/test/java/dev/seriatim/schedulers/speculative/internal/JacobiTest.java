package dev.seriatim.schedulers.speculative.internal;

import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.Scheduler;
import dev.seriatim.schedulers.speculative.internal.JacobiFactory.Configuration;
import dev.seriatim.testkit.SchedulerContract;
import java.util.Map;

class JacobiTest extends SchedulerContract<Configuration> {
  @Override
  protected PartFactory<Scheduler, Configuration> factory() {
    return new JacobiFactory();
  }

  @Override
  protected Configuration configuration() {
    return new Configuration(5, "above");
  }

  @Override
  protected Frame frame() {
    return Frame.of(ConditionSpace.NONE).with(new Grid(3, 4), new TokenSpace.Discrete(5, 2));
  }

  @Override
  protected Map<String, Configuration> refused() {
    return Map.of("window", new Configuration(0, "above"), "guess", new Configuration(5, "below"));
  }

  @Override
  protected boolean drawsAgain() {
    return true;
  }
}
