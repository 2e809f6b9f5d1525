package dev.seriatim.schedulers.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.engine.StepRandom;
import dev.seriatim.api.part.Draw;
import dev.seriatim.api.part.Exposure;
import dev.seriatim.api.part.Knobs;
import dev.seriatim.api.part.Plan;
import dev.seriatim.api.part.PlanRequest;
import dev.seriatim.api.part.Scheduler;
import dev.seriatim.api.part.Step;
import dev.seriatim.schedulers.internal.MaskedRandomFactory.Configuration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class MaskedRandomTest extends MaskedRandomContract {
  private static final int SLOTS = 12;

  MaskedRandomTest() {
    super(new TokenSpace.Continuous(2));
  }

  private Scheduler scheduler(Configuration configuration) {
    return factory().blueprint(configuration, frame()).build(engine(), null);
  }

  private Canvas blank(int samples) {
    return Canvas.blank(frame().layout(), frame().tokens(), samples);
  }

  private Plan plan(Scheduler scheduler, Canvas canvas, long... samples) {
    return scheduler.plan(new PlanRequest(canvas, engine().random(3, samples), scope().manager()));
  }

  private Draw draw(Step step, int samples) {
    NDArray tokens = scope().manager().ones(new Shape(samples, step.slots().count(), 2));
    return Draw.of(tokens, null);
  }

  private List<Step> run(Scheduler scheduler, Canvas canvas) {
    List<Step> steps = new ArrayList<>();
    Plan plan = plan(scheduler, canvas, 0);
    for (Step step = plan.next(canvas); step != null; step = plan.next(canvas)) {
      steps.add(step);
      plan.observe(step, draw(step, 1), canvas);
    }
    return steps;
  }

  @Test
  @DisplayName("As many slots stay unknown as the cosine says, the last of them one by one")
  void followsTheCosine() throws Exception {
    onEngine(
        () -> {
          // cos(π/10 · 1, 2, 3, 4) of 12 slots: 11.4, 9.7, 7.05, 3.7 stay unknown.
          assertThat(run(scheduler(iterations(5)), blank(1)))
              .extracting(step -> step.slots().count())
              .containsExactly(1, 2, 2, 4, 3);
          assertThat(run(scheduler(iterations(1)), blank(1)))
              .extracting(step -> step.slots().count())
              .containsExactly(12);
          // More steps than slots: one at a time, and those without any are passed over.
          List<Step> many = run(scheduler(iterations(20)), blank(1));
          assertThat(many).hasSize(SLOTS).allMatch(step -> step.slots().count() == 1);
          assertThat(many.get(SLOTS - 1).index()).isEqualTo(19);
        });
  }

  @Test
  @DisplayName("The slots with the smallest random numbers settle last; a step's are in order")
  void settlesInTheOrderOfNumbers() throws Exception {
    onEngine(
        () -> {
          float[] numbers =
              engine()
                  .random(3, 0)
                  .at(0, Slots.range(0, SLOTS), scope().manager())
                  .uniform(PlanRequest.FIRST_DRAW, 1)
                  .toFloatArray();
          int[] order =
              IntStream.range(0, SLOTS)
                  .boxed()
                  .sorted(Comparator.comparing(slot -> numbers[slot]))
                  .mapToInt(Integer::intValue)
                  .toArray();
          int left = SLOTS;
          for (Step step : run(part(), blank(1))) {
            int[] expected = Arrays.copyOfRange(order, left - step.slots().count(), left);
            Arrays.sort(expected);
            assertThat(step.slots().of(0)).isEqualTo(expected);
            left -= step.slots().count();
          }
        });
  }

  @Test
  @DisplayName("Steps say how far the schedule is before and after them")
  void saysItsProgress() throws Exception {
    onEngine(
        () -> {
          double[] settled = {0, 1, 3, 5, 9, 11};
          List<Step> steps = run(part(), blank(1));
          for (int i = 0; i < 5; i++) {
            Knobs knobs = steps.get(i).knobs();
            assertThat(knobs.get(Knobs.PROGRESS, -1)).isCloseTo(settled[i] / 12, within(1e-12));
            assertThat(knobs.get(Knobs.PROGRESS_AFTER, -1))
                .isCloseTo(settled[i + 1] / 12, within(1e-12));
            assertThat(knobs.get(Knobs.STEP_SHARE, -1)).isEqualTo(i / 4.0);
            assertThat(knobs.values()).doesNotContainKey(Knobs.HEAD_STEPS);
          }
        });
  }

  @Test
  @DisplayName("The head's sampling steps fall as slots settle")
  void annealsHeadSteps() throws Exception {
    onEngine(
        () -> {
          assertThat(headSteps("linear")).containsExactly(50, 46, 39, 31, 16);
          assertThat(headSteps("cosine")).containsExactly(50, 49, 43, 33, 12);
          assertThat(headSteps("two-stage")).containsExactly(50, 50, 50, 50, 5);
        });
  }

  private List<Integer> headSteps(String schedule) {
    Scheduler annealed = scheduler(new Configuration(5, 50, 5, schedule, 1, 0.25, 0.7));
    return run(annealed, blank(1)).stream()
        .map(step -> (int) step.knobs().get(Knobs.HEAD_STEPS, 0))
        .toList();
  }

  @Test
  @DisplayName("2 Batch-invariant: samples of which different parts are known keep their own paths")
  void partlyKnownSamples() throws Exception {
    onEngine(
        () -> {
          Canvas all = blank(3);
          for (int slot = 0; slot < SLOTS; slot++) {
            all.setLevel(1, slot, slot == 4 || slot == 7 ? 0 : 1);
            all.setLevel(2, slot, slot < 3 ? 1 : 0);
          }
          Canvas[] alone = {all.sample(0), all.sample(1), all.sample(2)};
          Plan plan = plan(part(), all, 0, 1, 2);
          for (Step step = plan.next(all); step != null; step = plan.next(all)) {
            plan.observe(step, draw(step, 3), all);
            for (int sample = 0; sample < 3; sample++) {
              assertThat(step.slots().of(sample)).doesNotHaveDuplicates();
              // Alone, a sample passes over the steps in which it settles nothing.
              Plan its = plan(part(), alone[sample].copy(), sample);
              Canvas canvas = alone[sample].copy();
              for (Step own = its.next(canvas); own != null; own = its.next(canvas)) {
                if (own.index() > step.index()) {
                  break;
                }
                its.observe(own, draw(own, 1), canvas);
                if (own.index() == step.index()) {
                  assertThat(step.slots().of(sample)).startsWith(own.slots().of(0));
                  assertThat(step.knobs()).isEqualTo(own.knobs());
                }
              }
              for (int slot = 0; slot < SLOTS; slot++) {
                assertThat(all.level(sample, slot)).isEqualTo(canvas.level(0, slot));
              }
            }
          }
          for (int sample = 0; sample < 3; sample++) {
            assertThat(all.settled(sample)).isEqualTo(SLOTS);
          }
          assertThat(all.drainWithdrawn()).isEmpty();
        });
  }

  @Test
  @DisplayName("In training the masked share is from a truncated normal, the slots are any")
  void exposure() throws Exception {
    onEngine(
        () -> {
          int samples = 4000;
          double[] bySlot = new double[SLOTS];
          double unknown = 0;
          for (int[] slots : exposed(part(), samples)) {
            // At least 0.7 · 12 = 8.4
            assertThat(slots.length).isBetween(9, SLOTS);
            unknown += (double) slots.length / samples;
            for (int slot : slots) {
              bySlot[slot] += 1.0 / samples;
            }
          }
          // A half normal of deviation 0.25 cut off at 1.2 deviations has its mean at 0.864; counts
          // are rounded up.
          assertThat(unknown).isCloseTo(SLOTS * 0.864 + 0.5, within(0.2));
          for (double share : bySlot) {
            assertThat(share).isCloseTo(unknown / SLOTS, within(0.04));
          }
          Scheduler fixed = scheduler(new Configuration(5, 0, 0, "linear", 0.5, 0, 0.1));
          assertThat(exposed(fixed, 3)).allMatch(slots -> slots.length == 6);
        });
  }

  /** The unknown slots of each sample. */
  private List<int[]> exposed(Scheduler scheduler, int samples) {
    long[] numbers = LongStream.range(0, samples).toArray();
    StepRandom random = engine().random(5, numbers).at(0, Slots.range(0, SLOTS), scope().manager());
    Exposure exposure = scheduler.expose(frame().layout(), random, scope().manager());
    assertThat(exposure.order()).isNull();
    float[] levels = exposure.levels().toFloatArray();
    List<int[]> unknown = new ArrayList<>();
    for (int sample = 0; sample < samples; sample++) {
      int first = sample * SLOTS;
      unknown.add(IntStream.range(0, SLOTS).filter(slot -> levels[first + slot] == 0).toArray());
    }
    return unknown;
  }
}
