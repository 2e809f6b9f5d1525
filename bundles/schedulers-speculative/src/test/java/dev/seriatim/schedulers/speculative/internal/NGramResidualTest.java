package dev.seriatim.schedulers.speculative.internal;

import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.Scheduler;
import dev.seriatim.schedulers.speculative.internal.NGramFactory.Configuration;
import dev.seriatim.testkit.SchedulerContract;
import java.util.Map;

class NGramResidualTest extends SchedulerContract<Configuration> {
  @Override
  protected PartFactory<Scheduler, Configuration> factory() {
    return new NGramFactory();
  }

  @Override
  protected Configuration configuration() {
    return new Configuration(4, 3, 1, "residual");
  }

  @Override
  protected Frame frame() {
    return Frame.of(ConditionSpace.NONE).with(new Grid(3, 4), new TokenSpace.Discrete(5, 2));
  }

  @Override
  protected Map<String, Configuration> refused() {
    return Map.of("length", new Configuration(0, 3, 1, "residual"));
  }

  @Override
  protected boolean drawsAgain() {
    return true;
  }
}
