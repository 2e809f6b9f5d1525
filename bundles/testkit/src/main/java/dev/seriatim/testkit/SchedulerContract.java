package dev.seriatim.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.engine.Scope;
import dev.seriatim.api.part.Drafter;
import dev.seriatim.api.part.Draw;
import dev.seriatim.api.part.Plan;
import dev.seriatim.api.part.PlanRequest;
import dev.seriatim.api.part.Scheduler;
import dev.seriatim.api.part.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * What every scheduler keeps.
 *
 * @param <C> its configuration
 */
public abstract class SchedulerContract<C extends Record> extends PartContract<Scheduler, C> {
  private static final int SAMPLES = 3;
  private static final long SEED = 7;

  /** Steps after which a plan counts as one that does not end. */
  protected int bound() {
    return 20 * frame().layout().slots() + 100;
  }

  /**
   * Whether a slot may be drawn again with the numbers with which it was drawn before, as plans do
   * that verify guesses by drawing what plain decoding draws; false by default.
   */
  protected boolean drawsAgain() {
    return false;
  }

  /** What proposes on behalf of the model; null, the default, for none. */
  protected Drafter drafter() {
    return null;
  }

  /** Draws that depend on the slot alone, with confidences that differ. */
  private Draw draw(Step step, int samples, Scope scope) {
    int count = step.slots().count();
    int numbers = frame().tokens().numbersPerSlot();
    boolean discrete = frame().tokens() instanceof TokenSpace.Discrete;
    long[] ids = new long[samples * count * numbers];
    float[] vectors = new float[ids.length];
    float[] logProb = new float[samples * count];
    for (int sample = 0; sample < samples; sample++) {
      for (int i = 0; i < count; i++) {
        int slot = step.slots().slot(sample, i);
        logProb[sample * count + i] = -1f / (1 + (slot * 7919) % 101);
        for (int n = 0; n < numbers; n++) {
          int at = (sample * count + i) * numbers + n;
          ids[at] = discrete ? slot % ((TokenSpace.Discrete) frame().tokens()).vocabulary() : 0;
          vectors[at] = slot;
        }
      }
    }
    Shape shape = new Shape(samples, count, numbers);
    NDArray tokens =
        discrete ? scope.manager().create(ids, shape) : scope.manager().create(vectors, shape);
    return Draw.of(tokens, scope.manager().create(logProb, new Shape(samples, count)));
  }

  private Plan plan(Canvas canvas) {
    long[] samples = LongStream.range(0, canvas.samples()).toArray();
    return part()
        .plan(
            new PlanRequest(canvas, engine().random(SEED, samples), scope().manager(), drafter()));
  }

  private List<Step> run(Canvas canvas) {
    return run(canvas, new ArrayList<>());
  }

  /**
   * Runs a plan to its end.
   *
   * @param after takes a copy of the canvas after each step
   */
  private List<Step> run(Canvas canvas, List<Canvas> after) {
    List<Step> steps = new ArrayList<>();
    Plan plan = plan(canvas);
    for (Step step = plan.next(canvas); step != null; step = plan.next(canvas)) {
      steps.add(step);
      assertThat(steps.size()).as("steps of a plan that should end").isLessThan(bound());
      try (Scope inside = scope().child("step")) {
        plan.observe(step, draw(step, canvas.samples(), inside), canvas);
      }
      canvas.drainWithdrawn();
      after.add(canvas.copy());
    }
    return steps;
  }

  private Canvas blank(int samples) {
    return Canvas.blank(frame().layout(), frame().tokens(), samples);
  }

  @Test
  @DisplayName("A plan ends, and then every slot is settled")
  void settlesEverySlot() throws Exception {
    onEngine(
        () -> {
          Canvas canvas = blank(SAMPLES);
          List<Step> steps = run(canvas);
          for (int sample = 0; sample < SAMPLES; sample++) {
            assertThat(canvas.settled(sample)).isEqualTo(frame().layout().slots());
          }
          int expected = plan(blank(SAMPLES)).expectedSteps();
          if (expected > 0) {
            assertThat(steps).hasSize(expected);
          }
        });
  }

  @Test
  @DisplayName(
      "Steps have slots, of the layout, none twice, and an index of its own for each draw of a slot")
  void stepsAreWellFormed() throws Exception {
    onEngine(
        () -> {
          Set<String> draws = new HashSet<>();
          for (Step step : run(blank(SAMPLES))) {
            assertThat(step.index()).isBetween(0, 65535);
            assertThat(step.slots().count()).isPositive();
            for (int sample = 0; sample < SAMPLES; sample++) {
              int[] slots = step.slots().of(sample);
              assertThat(slots).doesNotHaveDuplicates();
              for (int slot : slots) {
                assertThat(slot).isBetween(0, frame().layout().slots() - 1);
                String draw = "sample %d, slot %d, index %d".formatted(sample, slot, step.index());
                assertThat(draws.add(draw) || drawsAgain()).as("a new draw: %s", draw).isTrue();
              }
            }
          }
        });
  }

  @Test
  @DisplayName("1 Deterministic: the same request takes the same path")
  void deterministic() throws Exception {
    onEngine(
        () ->
            assertThat(run(blank(SAMPLES)).stream().map(Step::slots).toList())
                .isEqualTo(run(blank(SAMPLES)).stream().map(Step::slots).toList()));
  }

  @Test
  @DisplayName("2 Batch-invariant: a sample takes the path that it takes alone")
  void batchInvariant() throws Exception {
    onEngine(
        () -> {
          List<Canvas> after = new ArrayList<>();
          List<Step> batch = run(blank(SAMPLES), after);
          List<Canvas> afterAlone = new ArrayList<>();
          Iterator<Step> alone = run(blank(1), afterAlone).iterator();
          Step next = alone.next();
          Canvas known = blank(1);
          int done = 0;
          // Where others in the batch have more to do, a sample waits, or slots follow its own.
          for (int i = 0; i < batch.size(); i++) {
            if (next != null && next.index() == batch.get(i).index()) {
              assertThat(batch.get(i).slots().of(0)).startsWith(next.slots().of(0));
              known = afterAlone.get(done++);
              next = alone.hasNext() ? alone.next() : null;
            }
            assertSame(after.get(i).sample(0), known);
          }
          assertThat(next).as("a step that the sample takes only when it is alone").isNull();
        });
  }

  private void assertSame(Canvas found, Canvas expected) {
    for (int slot = 0; slot < frame().layout().slots(); slot++) {
      assertThat(found.level(0, slot)).isEqualTo(expected.level(0, slot));
      if (found.isSettled(0, slot) && frame().tokens() instanceof TokenSpace.Discrete) {
        assertThat(found.id(0, slot, 0)).isEqualTo(expected.id(0, slot, 0));
      }
    }
  }

  @Test
  @DisplayName("5 Cancellable: a plan that is left after any step disturbs no other")
  void cancellable() throws Exception {
    onEngine(
        () -> {
          List<Slots> whole = run(blank(SAMPLES)).stream().map(Step::slots).toList();
          for (int ended = 0; ended <= whole.size(); ended++) {
            Canvas canvas = blank(SAMPLES);
            Plan left = plan(canvas);
            for (int i = 0; i < ended; i++) {
              Step step = left.next(canvas);
              try (Scope inside = scope().child("step")) {
                left.observe(step, draw(step, SAMPLES, inside), canvas);
              }
            }
            assertThat(run(blank(SAMPLES)).stream().map(Step::slots).toList()).isEqualTo(whole);
          }
        });
  }

  @Test
  @DisplayName("What is settled at the start stays as it is")
  void keepsWhatIsSettled() throws Exception {
    onEngine(
        () -> {
          Canvas canvas = blank(2);
          int numbers = frame().tokens().numbersPerSlot();
          Slots first = Slots.shared(0);
          if (frame().tokens() instanceof TokenSpace.Discrete) {
            long[] ones = new long[2 * numbers];
            Arrays.fill(ones, 1);
            canvas.write(first, 1f, ones);
          } else {
            float[] ones = new float[2 * numbers];
            Arrays.fill(ones, -1f);
            canvas.write(first, 1f, ones);
          }
          run(canvas);
          for (int sample = 0; sample < 2; sample++) {
            assertThat(canvas.settled(sample)).isEqualTo(frame().layout().slots());
            if (frame().tokens() instanceof TokenSpace.Discrete) {
              assertThat(canvas.id(sample, 0, 0)).isEqualTo(1);
            } else {
              assertThat(canvas.vector(sample, 0)[0]).isEqualTo(-1f);
            }
          }
        });
  }

  @Test
  @DisplayName("A canvas on which all is settled takes no step")
  void nothingToDo() throws Exception {
    onEngine(
        () -> {
          Canvas canvas = blank(1);
          run(canvas);
          assertThat(plan(canvas).next(canvas)).isNull();
        });
  }
}
