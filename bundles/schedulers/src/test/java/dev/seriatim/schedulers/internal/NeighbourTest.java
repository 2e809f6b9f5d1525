package dev.seriatim.schedulers.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.Knobs;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.Plan;
import dev.seriatim.api.part.PlanRequest;
import dev.seriatim.api.part.Scheduler;
import dev.seriatim.api.part.Step;
import dev.seriatim.schedulers.internal.NeighbourFactory.Configuration;
import dev.seriatim.testkit.SchedulerContract;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class NeighbourTest extends SchedulerContract<Configuration> {
  private static final TokenSpace.Discrete TOKENS = new TokenSpace.Discrete(5, 1);

  @Override
  protected PartFactory<Scheduler, Configuration> factory() {
    return new NeighbourFactory();
  }

  @Override
  protected Configuration configuration() {
    return new Configuration();
  }

  @Override
  protected Frame frame() {
    return Frame.of(ConditionSpace.NONE).with(new Grid(2, 3), TOKENS);
  }

  @Override
  protected Map<String, Configuration> refused() {
    return Map.of();
  }

  private List<Step> run(Canvas canvas) {
    Plan plan = part().plan(new PlanRequest(canvas, engine().random(1, 0), scope().manager()));
    List<Step> steps = new ArrayList<>();
    for (Step step = plan.next(canvas); step != null; step = plan.next(canvas)) {
      steps.add(step);
      canvas.write(step.slots(), 1f, new long[step.slots().count()]);
    }
    assertThat(steps).hasSize(plan.expectedSteps());
    return steps;
  }

  @Test
  @DisplayName("A step is an anti-diagonal from its top row down, and says where on the path it is")
  void stepsAreDiagonals() throws Exception {
    onEngine(
        () -> {
          List<Step> steps = run(Canvas.blank(frame().layout(), TOKENS, 1));
          assertThat(steps)
              .extracting(Step::slots)
              .containsExactly(
                  Slots.shared(0), Slots.shared(1, 3), Slots.shared(2, 4), Slots.shared(5));
          assertThat(steps)
              .extracting(step -> step.knobs().get(Knobs.PROGRESS, -1))
              .containsExactly(0.0, 1 / 6.0, 3 / 6.0, 5 / 6.0);
          assertThat(steps)
              .extracting(step -> step.knobs().get(Knobs.STEP_SHARE, -1))
              .containsExactly(0.0, 1 / 3.0, 2 / 3.0, 1.0);
        });
  }

  @Test
  @DisplayName("Settled diagonals are passed over, and the others are what they are in a whole run")
  void goesOn() throws Exception {
    onEngine(
        () -> {
          List<Step> whole = run(Canvas.blank(frame().layout(), TOKENS, 1));
          Canvas canvas = Canvas.blank(frame().layout(), TOKENS, 1);
          canvas.write(Slots.shared(0, 1, 3, 4), 1f, new long[4]);
          assertThat(run(canvas))
              .usingRecursiveComparison()
              .isEqualTo(whole.subList(2, whole.size()));
        });
  }

  @Test
  @DisplayName("6 Says no clearly: a layout that is no grid")
  void refusesOtherLayouts() {
    Frame sequence = Frame.of(ConditionSpace.NONE).with(new Sequence(6), TOKENS);
    assertThatThrownBy(() -> factory().blueprint(configuration(), sequence))
        .isInstanceOf(PartException.class)
        .hasMessageContaining("a grid");
  }
}
