package dev.seriatim.schedulers.internal;

import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.Scheduler;
import dev.seriatim.schedulers.internal.MaskedRandomFactory.Configuration;
import dev.seriatim.testkit.SchedulerContract;
import java.util.Map;

abstract class MaskedRandomContract extends SchedulerContract<Configuration> {
  private final TokenSpace tokens;

  MaskedRandomContract(TokenSpace tokens) {
    this.tokens = tokens;
  }

  static Configuration iterations(int iterations) {
    return new Configuration(iterations, 0, 0, "linear", 1, 0.25, 0.7);
  }

  @Override
  protected PartFactory<Scheduler, Configuration> factory() {
    return new MaskedRandomFactory();
  }

  @Override
  protected Configuration configuration() {
    return iterations(5);
  }

  @Override
  protected Frame frame() {
    return Frame.of(ConditionSpace.NONE).with(new Grid(3, 4), tokens);
  }

  @Override
  protected Map<String, Configuration> refused() {
    return Map.of(
        "iterations", iterations(0),
        "head-steps-first", new Configuration(5, -1, 0, "linear", 1, 0.25, 0.7),
        "head-steps-last", new Configuration(5, 50, 0, "linear", 1, 0.25, 0.7),
        "head-steps-schedule", new Configuration(5, 50, 5, "steep", 1, 0.25, 0.7),
        "mask-ratio-mean", new Configuration(5, 0, 0, "linear", 3, 0.25, 0.7),
        "mask-ratio-deviation", new Configuration(5, 0, 0, "linear", 1, -1, 0.7),
        "mask-ratio-min", new Configuration(5, 0, 0, "linear", 1, 0.25, 1));
  }
}
