package dev.seriatim.schedulers.internal;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.part.Draw;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.Plan;
import dev.seriatim.api.part.PlanRequest;
import dev.seriatim.api.part.Scheduler;
import dev.seriatim.api.part.Step;
import dev.seriatim.schedulers.internal.MaskedWindowFactory.Configuration;
import dev.seriatim.testkit.SchedulerContract;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class MaskedWindowTest extends SchedulerContract<Configuration> {
  private static final int SLOTS = 8;

  @Override
  protected PartFactory<Scheduler, Configuration> factory() {
    return new MaskedWindowFactory();
  }

  @Override
  protected Configuration configuration() {
    return new Configuration(4, 0.02, 0.001, 1);
  }

  @Override
  protected Frame frame() {
    return Frame.of(ConditionSpace.NONE).with(new Sequence(SLOTS), new TokenSpace.Discrete(5, 1));
  }

  @Override
  protected Map<String, Configuration> refused() {
    return Map.of(
        "window", new Configuration(0, 0.4, 0, 1),
        "entropy", new Configuration(4, -0.1, 0, 1),
        "penalty", new Configuration(4, 0.4, -1, 1),
        "temperature", new Configuration(4, 0.4, 0, -1));
  }

  /** Slots of each step, and those of them that settle, where entropies are given. */
  private List<List<List<Integer>>> path(Configuration configuration, double... entropies) {
    Canvas canvas = Canvas.blank(frame().layout(), frame().tokens(), 1);
    Scheduler scheduler = factory().blueprint(configuration, frame()).build(engine(), null);
    Plan plan = scheduler.plan(new PlanRequest(canvas, engine().random(3, 0), scope().manager()));
    List<List<List<Integer>>> path = new ArrayList<>();
    for (Step step = plan.next(canvas); step != null; step = plan.next(canvas)) {
      int[] slots = step.slots().of(0);
      float[] sureness = new float[slots.length];
      IntStream.range(0, slots.length).forEach(i -> sureness[i] = (float) -entropies[slots[i]]);
      Shape shape = new Shape(1, slots.length);
      NDArray tokens = scope().manager().create(new long[slots.length], shape).expandDims(2);
      Canvas before = canvas.copy();
      plan.observe(
          step, new Draw(tokens, null, scope().manager().create(sureness, shape), null), canvas);
      path.add(
          List.of(
              IntStream.of(slots).boxed().toList(),
              IntStream.of(slots)
                  .filter(slot -> canvas.isSettled(0, slot) && !before.isSettled(0, slot))
                  .boxed()
                  .toList()));
    }
    return path;
  }

  @Test
  @DisplayName(
      "The window predicts what is unknown in it, and moves on with the first unknown slot")
  void window() throws Exception {
    onEngine(
        () ->
            assertThat(path(new Configuration(4, 0.3, 0, 0), 0.9, 0.2, 0.8, 0.1, 0.2, 0.2, 0.7, 1))
                .containsExactly(
                    List.of(List.of(0, 1, 2, 3), List.of(1, 3)),
                    List.of(List.of(0, 2), List.of(2)),
                    List.of(List.of(0), List.of(0)),
                    List.of(List.of(4, 5, 6, 7), List.of(4, 5)),
                    List.of(List.of(6, 7), List.of(6)),
                    List.of(List.of(7), List.of(7))));
  }

  @Test
  @DisplayName("A penalty for distance keeps slots from settling that are far ahead")
  void penalty() throws Exception {
    onEngine(
        () ->
            assertThat(path(new Configuration(4, 0.3, 0.1, 0), 0.2, 0.25, 0.15, 0, 1, 1, 1, 1))
                .startsWith(
                    List.of(List.of(0, 1, 2, 3), List.of(0)),
                    List.of(List.of(1, 2, 3, 4), List.of(1, 2, 3))));
  }

  @Test
  @DisplayName("Without a threshold one slot settles in each step")
  void oneByOne() throws Exception {
    onEngine(
        () -> assertThat(path(new Configuration(3, 0, 0, 1), 0, 0, 0, 0, 0, 0, 0, 0)).hasSize(8));
  }
}
