package dev.seriatim.schedulers.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.canvas.Pyramid;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.part.Draw;
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
    return new Configuration(0, -1, 1, List.of());
  }

  @Override
  protected Frame frame() {
    return Frame.of(ConditionSpace.NONE).with(PYRAMID, tokens);
  }

  @Override
  protected Map<String, Configuration> refused() {
    return Map.of(
        "first-scale", new Configuration(2, 1, 1, List.of()),
        "last-scale", new Configuration(0, 3, 1, List.of()),
        "steps", new Configuration(0, -1, 0, List.of()),
        "head-steps", new Configuration(0, -1, 1, List.of(10, 5)),
        "at least 1", new Configuration(0, -1, 1, List.of(10, 5, 0)));
  }

  private List<Step> run(Configuration configuration, Canvas canvas) {
    Scheduler scheduler = factory().blueprint(configuration, frame()).build(engine(), weights());
    Plan plan = scheduler.plan(new PlanRequest(canvas, engine().random(1, 0), scope().manager()));
    assertThat(plan.expectedSteps()).isPositive();
    List<Step> steps = new ArrayList<>();
    for (Step step = plan.next(canvas); step != null; step = plan.next(canvas)) {
      steps.add(step);
      plan.observe(step, draw(step), canvas);
    }
    assertThat(steps).hasSize(plan.expectedSteps());
    return steps;
  }

  private Draw draw(Step step) {
    Shape shape = new Shape(1, step.slots().count(), tokens.numbersPerSlot());
    DataType type = tokens instanceof TokenSpace.Discrete ? DataType.INT64 : DataType.FLOAT32;
    return Draw.of(scope().manager().zeros(shape, type), null);
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
              run(
                  new Configuration(0, -1, 1, List.of(30, 20, 10)),
                  Canvas.blank(PYRAMID, tokens, 1));
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
          List<Step> steps = run(new Configuration(0, 1, 1, List.of()), canvas);
          assertThat(canvas.settled(0)).isEqualTo(5);
          steps.addAll(run(new Configuration(2, -1, 1, List.of()), canvas));
          assertThat(canvas.settled(0)).isEqualTo(17);
          assertThat(steps)
              .usingRecursiveComparison()
              .isEqualTo(
                  run(new Configuration(0, -1, 1, List.of()), Canvas.blank(PYRAMID, tokens, 1)));
        });
  }

  @Test
  @DisplayName("In several steps, the most confident slots of a scale settle first")
  void severalStepsPerScale() throws Exception {
    onEngine(
        () -> {
          Configuration three = new Configuration(0, -1, 3, List.of());
          Scheduler scheduler = factory().blueprint(three, frame()).build(engine(), weights());
          Canvas canvas = Canvas.blank(PYRAMID, tokens, 2);
          Plan plan =
              scheduler.plan(new PlanRequest(canvas, engine().random(1, 0, 1), scope().manager()));
          assertThat(plan.expectedSteps()).isEqualTo(7);
          List<Integer> indices = new ArrayList<>();
          List<Integer> settled = new ArrayList<>();
          for (Step step = plan.next(canvas); step != null; step = plan.next(canvas)) {
            indices.add(step.index());
            plan.observe(step, surerOfLaterSlots(step), canvas);
            settled.add(canvas.settled(0));
            if (step.index() == 3) {
              // Of the four slots of scale 1, the last one.
              assertThat(canvas.isSettled(1, 4)).isTrue();
              assertThat(canvas.isSettled(1, 1)).isFalse();
            }
          }
          assertThat(indices).containsExactly(0, 3, 4, 5, 6, 7, 8);
          // One slot; of 4, 3 and 2 are unknown after two steps; of 12, 10 and 6.
          assertThat(settled).containsExactly(1, 2, 3, 5, 7, 11, 17);
        });
  }

  private Draw surerOfLaterSlots(Step step) {
    int count = step.slots().count();
    NDManager manager = scope().manager();
    Shape shape = new Shape(2, count, tokens.numbersPerSlot());
    DataType type = tokens instanceof TokenSpace.Discrete ? DataType.INT64 : DataType.FLOAT32;
    float[] confidence = new float[2 * count];
    for (int i = 0; i < confidence.length; i++) {
      confidence[i] = step.slots().slot(i / count, i % count);
    }
    NDArray sure = manager.create(confidence, new Shape(2, count));
    return new Draw(manager.zeros(shape, type), null, sure, null);
  }

  @Test
  @DisplayName("6 Says no clearly: several steps per scale, and a head without confidence")
  void refusesWithoutConfidence() throws Exception {
    onEngine(
        () -> {
          Configuration two = new Configuration(1, 1, 2, List.of());
          Scheduler scheduler = factory().blueprint(two, frame()).build(engine(), weights());
          Canvas canvas = Canvas.blank(PYRAMID, tokens, 1);
          settle(canvas, Slots.shared(0));
          Plan plan =
              scheduler.plan(new PlanRequest(canvas, engine().random(1, 0), scope().manager()));
          Step step = plan.next(canvas);
          Draw unsure = Draw.of(scope().manager().zeros(new Shape(1)), null);
          assertThatThrownBy(() -> plan.observe(step, unsure, canvas))
              .isInstanceOf(PartException.class)
              .hasMessageContaining("confidence");
        });
  }

  @Test
  @DisplayName("6 Says no clearly: coarser scales that are missing")
  void refusesToSkip() throws Exception {
    onEngine(
        () -> {
          Canvas canvas = Canvas.blank(PYRAMID, tokens, 1);
          settle(canvas, Slots.range(0, 4));
          assertThatThrownBy(() -> run(new Configuration(2, -1, 1, List.of()), canvas))
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
