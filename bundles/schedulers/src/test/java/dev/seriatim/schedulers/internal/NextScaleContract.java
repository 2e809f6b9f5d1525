package dev.seriatim.schedulers.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.canvas.Pyramid;
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
import dev.seriatim.schedulers.internal.NextScaleFactory.Configuration;
import dev.seriatim.testkit.SchedulerContract;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

abstract class NextScaleContract extends SchedulerContract<Configuration> {
  private static final Pyramid PYRAMID =
      new Pyramid(List.of(new Grid(1, 1), new Grid(2, 2), new Grid(3, 4)));

  private final TokenSpace tokens;

  NextScaleContract(TokenSpace tokens) {
    this.tokens = tokens;
  }

  @Override
  protected PartFactory<Scheduler, Configuration> factory() {
    return new NextScaleFactory();
  }

  @Override
  protected Configuration configuration() {
    return new Configuration(0, -1, List.of());
  }

  @Override
  protected Frame frame() {
    return Frame.of(ConditionSpace.NONE).with(PYRAMID, tokens);
  }

  @Override
  protected Map<String, Configuration> refused() {
    return Map.of(
        "first-scale", new Configuration(2, 1, List.of()),
        "last-scale", new Configuration(0, 3, List.of()),
        "head-steps", new Configuration(0, -1, List.of(10, 5)),
        "at least 1", new Configuration(0, -1, List.of(10, 5, 0)));
  }

  private List<Step> run(Configuration configuration, Canvas canvas) {
    Scheduler scheduler = factory().blueprint(configuration, frame()).build(engine(), weights());
    Plan plan = scheduler.plan(new PlanRequest(canvas, engine().random(1, 0), scope().manager()));
    assertThat(plan.expectedSteps()).isPositive();
    List<Step> steps = new ArrayList<>();
    for (Step step = plan.next(canvas); step != null; step = plan.next(canvas)) {
      steps.add(step);
      settle(canvas, step.slots());
    }
    assertThat(steps).hasSize(plan.expectedSteps());
    return steps;
  }

  private void settle(Canvas canvas, Slots slots) {
    int numbers = slots.count() * tokens.numbersPerSlot();
    if (tokens instanceof TokenSpace.Discrete) {
      canvas.write(slots, 1f, new long[numbers]);
    } else {
      canvas.write(slots, 1f, new float[numbers]);
    }
  }

  @Test
  @DisplayName("A step is a scale, and says where on the path it is")
  void stepsAreScales() throws Exception {
    onEngine(
        () -> {
          List<Step> steps =
              run(new Configuration(0, -1, List.of(30, 20, 10)), Canvas.blank(PYRAMID, tokens, 1));
          assertThat(steps)
              .extracting(Step::slots)
              .containsExactly(Slots.range(0, 1), Slots.range(1, 5), Slots.range(5, 17));
          assertThat(steps)
              .extracting(step -> step.knobs().get(Knobs.STEP_SHARE, -1))
              .containsExactly(0.0, 0.5, 1.0);
          assertThat(steps)
              .extracting(step -> step.knobs().get(Knobs.PROGRESS, -1))
              .containsExactly(0.0, 1 / 17.0, 5 / 17.0);
          assertThat(steps)
              .extracting(step -> step.knobs().get(Knobs.HEAD_STEPS, -1))
              .containsExactly(30.0, 20.0, 10.0);
        });
  }

  @Test
  @DisplayName("Two runs over one canvas take the steps that one run takes")
  void handsOver() throws Exception {
    onEngine(
        () -> {
          Canvas canvas = Canvas.blank(PYRAMID, tokens, 1);
          List<Step> steps = run(new Configuration(0, 1, List.of()), canvas);
          assertThat(canvas.settled(0)).isEqualTo(5);
          steps.addAll(run(new Configuration(2, -1, List.of()), canvas));
          assertThat(canvas.settled(0)).isEqualTo(17);
          assertThat(steps)
              .usingRecursiveComparison()
              .isEqualTo(run(configuration(), Canvas.blank(PYRAMID, tokens, 1)));
        });
  }

  @Test
  @DisplayName("6 Says no clearly: coarser scales that are missing")
  void refusesToSkip() throws Exception {
    onEngine(
        () -> {
          Canvas canvas = Canvas.blank(PYRAMID, tokens, 1);
          settle(canvas, Slots.range(0, 4));
          assertThatThrownBy(() -> run(new Configuration(2, -1, List.of()), canvas))
              .isInstanceOf(PartException.class)
              .hasMessageContaining("first-scale")
              .hasMessageContaining("slot 4");
        });
  }

  @Test
  @DisplayName("6 Says no clearly: a layout without scales")
  void refusesOtherLayouts() {
    Frame grid = Frame.of(ConditionSpace.NONE).with(new Grid(2, 2), tokens);
    assertThatThrownBy(() -> factory().blueprint(configuration(), grid))
        .isInstanceOf(PartException.class)
        .hasMessageContaining("pyramid");
  }
}
