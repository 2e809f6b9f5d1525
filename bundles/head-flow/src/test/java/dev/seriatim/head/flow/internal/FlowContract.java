package dev.seriatim.head.flow.internal;

import dev.seriatim.api.canvas.Layout;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.Head;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.weights.Parameter;
import dev.seriatim.head.flow.internal.FlowHeadFactory.Configuration;
import dev.seriatim.testkit.HeadContract;
import java.util.List;
import java.util.Map;

/** A flow head on a layout whose slots are drawn in one step. */
abstract class FlowContract extends HeadContract<Configuration> {
  static final int TOKEN = 3;
  static final int WIDTH = 6;

  private final Layout layout;
  private final String attention;

  FlowContract(Layout layout, String attention) {
    this.layout = layout;
    this.attention = attention;
  }

  static Configuration settings(String attention, String times, String solver, int steps) {
    return new Configuration(16, 2, attention, 2, 4, 16, steps, times, solver, 0.7, 1e-6);
  }

  @Override
  protected PartFactory<Head, Configuration> factory() {
    return new FlowHeadFactory();
  }

  @Override
  protected Configuration configuration() {
    return settings(attention, "uniform", "euler", 4);
  }

  @Override
  protected Frame frame() {
    return Frame.of(ConditionSpace.NONE).with(layout, new TokenSpace.Continuous(TOKEN)).with(WIDTH);
  }

  @Override
  protected List<Parameter> parameters() {
    return awake(super.parameters());
  }

  @Override
  protected Map<String, Configuration> refused() {
    return Map.ofEntries(
        Map.entry(
            "width", new Configuration(0, 2, attention, 2, 4, 16, 4, "uniform", "euler", 1, 1)),
        Map.entry(
            "blocks", new Configuration(16, 0, attention, 2, 4, 16, 4, "uniform", "euler", 1, 1)),
        Map.entry("attention", settings("some", "uniform", "euler", 4)),
        Map.entry("heads", new Configuration(16, 2, "self", 0, 4, 16, 4, "uniform", "euler", 1, 1)),
        Map.entry(
            "a multiple of 4",
            new Configuration(16, 2, "self", 3, 4, 16, 4, "uniform", "euler", 1, 1)),
        Map.entry(
            "mlp-ratio",
            new Configuration(16, 2, attention, 2, 0, 16, 4, "uniform", "euler", 1, 1)),
        Map.entry(
            "rope-span", new Configuration(16, 2, attention, 2, 4, 0, 4, "uniform", "euler", 1, 1)),
        Map.entry("times", settings(attention, "sometimes", "euler", 4)),
        Map.entry("steps", settings(attention, "two-speeds", "euler", 1)),
        Map.entry("solver", settings(attention, "uniform", "newton", 4)),
        Map.entry(
            "guidance-high",
            new Configuration(16, 2, attention, 2, 4, 16, 4, "uniform", "euler", 2, 1)),
        Map.entry(
            "norm-eps",
            new Configuration(16, 2, attention, 2, 4, 16, 4, "uniform", "euler", 1, 0)));
  }
}
