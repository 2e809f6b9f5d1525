package dev.seriatim.schedulers.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.engine.StepRandom;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.part.Draw;
import dev.seriatim.api.part.Exposure;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.Knobs;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.Plan;
import dev.seriatim.api.part.PlanRequest;
import dev.seriatim.api.part.Scheduler;
import dev.seriatim.api.part.Step;
import dev.seriatim.schedulers.internal.MaskedConfidenceFactory.Configuration;
import dev.seriatim.testkit.SchedulerContract;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class MaskedConfidenceTest extends SchedulerContract<Configuration> {
  private static final int SLOTS = 12;

  @Override
  protected PartFactory<Scheduler, Configuration> factory() {
    return new MaskedConfidenceFactory();
  }

  @Override
  protected Configuration configuration() {
    return new Configuration(5, "arccos", 2, "annealed", true);
  }

  @Override
  protected Frame frame() {
    return Frame.of(ConditionSpace.NONE).with(new Grid(3, 4), new TokenSpace.Discrete(5, 1));
  }

  @Override
  protected Map<String, Configuration> refused() {
    return Map.of(
        "steps", new Configuration(0, "cosine", 1, "constant", false),
        "schedule", new Configuration(8, "linear", 1, "constant", false),
        "temperature", new Configuration(8, "cosine", -1, "constant", false),
        "token-temperature", new Configuration(8, "cosine", 1, "cold", false));
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

  /** A draw of token 1 everywhere, whose confidence grows with the slot's number. */
  private Draw draw(Step step, int samples) {
    int count = step.slots().count();
    long[] ids = new long[samples * count];
    float[] confidence = new float[ids.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = 1;
      confidence[i] = step.slots().slot(i / count, i % count);
    }
    NDArray tokens = scope().manager().create(ids, new Shape(samples, count, 1));
    NDArray ranks = scope().manager().create(confidence, new Shape(samples, count));
    return new Draw(tokens, null, ranks, null);
  }

  /** Slots that are settled after each step. */
  private List<List<Integer>> settled(Scheduler scheduler, Canvas canvas) {
    List<List<Integer>> path = new ArrayList<>();
    Plan plan = plan(scheduler, canvas, 0);
    for (Step step = plan.next(canvas); step != null; step = plan.next(canvas)) {
      plan.observe(step, draw(step, 1), canvas);
      List<Integer> now = new ArrayList<>();
      for (int slot = 0; slot < SLOTS; slot++) {
        if (canvas.isSettled(0, slot)) {
          now.add(slot);
        }
      }
      path.add(now);
    }
    return path;
  }

  @Test
  @DisplayName("Without noise the most confident stay, as many as the schedule says")
  void keepsTheMostConfident() throws Exception {
    onEngine(
        () -> {
          // arccos(1/3, 2/3) · 2/π of 12 slots: 9.4 and 6.4 stay unknown.
          assertThat(
                  settled(
                      scheduler(new Configuration(3, "arccos", 0, "annealed", false)), blank(1)))
              .containsExactly(
                  List.of(9, 10, 11),
                  List.of(6, 7, 8, 9, 10, 11),
                  List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11));
          // cos(π/6, π/3) of 12 slots: 10.4 and 6.
          assertThat(
                  settled(
                      scheduler(new Configuration(3, "cosine", 0, "constant", false)), blank(1)))
              .extracting(List::size)
              .containsExactly(2, SLOTS - (int) Math.floor(12 * Math.cos(Math.PI / 3)), 12);
        });
  }

  @Test
  @DisplayName("One slot settles at least in each step, and one is left for the last")
  void moreStepsThanSlots() throws Exception {
    onEngine(
        () -> {
          List<List<Integer>> path =
              settled(scheduler(new Configuration(20, "cosine", 0, "constant", false)), blank(1));
          assertThat(path).hasSize(20);
          assertThat(path.get(0)).hasSize(1);
          assertThat(path.get(18)).hasSize(SLOTS - 1);
          assertThat(path.get(19)).hasSize(SLOTS);
        });
  }

  @Test
  @DisplayName("Temperatures fall as the steps go, guidance follows the steps")
  void knobs() throws Exception {
    onEngine(
        () -> {
          Canvas canvas = blank(1);
          Plan plan =
              plan(scheduler(new Configuration(4, "arccos", 2, "annealed", true)), canvas, 0);
          double[] temperatures = {1.5 * 1.1, 1 * 0.9, 0.5 * 0.7, 0};
          for (int i = 0; i < 4; i++) {
            Step step = plan.next(canvas);
            assertThat(step.knobs().get(Knobs.PROGRESS, -1)).isEqualTo(i / 4.0);
            assertThat(step.knobs().get(Knobs.TEMPERATURE, -1))
                .isCloseTo(temperatures[i], within(1e-12));
            plan.observe(step, draw(step, 1), canvas);
          }
          Canvas other = blank(1);
          Step plain =
              plan(scheduler(new Configuration(4, "cosine", 2, "constant", false)), other, 0)
                  .next(other);
          assertThat(plain.knobs().get(Knobs.TEMPERATURE, -1)).isEqualTo(1);
        });
  }

  @Test
  @DisplayName("Noise changes which slots stay, more so the hotter it is")
  void noise() throws Exception {
    onEngine(
        () -> {
          List<Integer> sure =
              settled(scheduler(new Configuration(3, "arccos", 0, "constant", false)), blank(1))
                  .get(0);
          List<Integer> hot =
              settled(scheduler(new Configuration(3, "arccos", 1e6, "constant", false)), blank(1))
                  .get(0);
          assertThat(hot).hasSameSizeAs(sure).isNotEqualTo(sure);
        });
  }

  @Test
  @DisplayName("2 Batch-invariant: samples of which different parts are known keep their own paths")
  void partlyKnownSamples() throws Exception {
    onEngine(
        () -> {
          Canvas both = blank(2);
          both.setLevel(1, 3, 1);
          both.setLevel(1, 10, 1);
          both.setLevel(1, 11, 1);
          Canvas[] alone = {both.sample(0), both.sample(1)};
          Plan plan = plan(part(), both, 0, 1);
          Plan[] plans = {plan(part(), alone[0], 0), plan(part(), alone[1], 1)};
          for (Step step = plan.next(both); step != null; step = plan.next(both)) {
            plan.observe(step, draw(step, 2), both);
            for (int sample = 0; sample < 2; sample++) {
              Step its = plans[sample].next(alone[sample]);
              assertThat(step.slots().of(sample)).startsWith(its.slots().of(0));
              plans[sample].observe(its, draw(its, 1), alone[sample]);
              for (int slot = 0; slot < SLOTS; slot++) {
                assertThat(both.level(sample, slot)).isEqualTo(alone[sample].level(0, slot));
              }
            }
          }
          assertThat(plans[0].next(alone[0])).isNull();
          assertThat(both.settled(1)).isEqualTo(SLOTS);
        });
  }

  @Test
  @DisplayName("In training as many slots are unknown as the schedule says at a random time")
  void exposure() throws Exception {
    onEngine(
        () -> {
          int samples = 4000;
          long[] numbers = LongStream.range(0, samples).toArray();
          StepRandom random =
              engine().random(5, numbers).at(0, Slots.range(0, SLOTS), scope().manager());
          for (String schedule : List.of("cosine", "arccos")) {
            Exposure exposure =
                scheduler(new Configuration(8, schedule, 0, "constant", false))
                    .expose(frame().layout(), random, scope().manager());
            assertThat(exposure.order()).isNull();
            float[] levels = exposure.levels().toFloatArray();
            double unknown = 0;
            double[] bySlot = new double[SLOTS];
            for (int sample = 0; sample < samples; sample++) {
              int count = 0;
              for (int slot = 0; slot < SLOTS; slot++) {
                float level = levels[sample * SLOTS + slot];
                assertThat(level).isIn(0f, 1f);
                count += level == 0 ? 1 : 0;
                bySlot[slot] += level == 0 ? 1.0 / samples : 0;
              }
              assertThat(count).isPositive();
              unknown += (double) count / samples;
            }
            // The mean of both schedules over uniform times is 2/π; counts are rounded up.
            assertThat(unknown).isCloseTo(SLOTS * 2 / Math.PI + 0.5, within(0.15));
            for (double share : bySlot) {
              assertThat(share).isCloseTo(unknown / SLOTS, within(0.04));
            }
          }
        });
  }

  @Test
  @DisplayName("6 Says no clearly: a head that says nothing of its confidence")
  void refusesHeadsWithoutConfidence() throws Exception {
    onEngine(
        () -> {
          Canvas canvas = blank(1);
          Plan plan = plan(part(), canvas, 0);
          Step step = plan.next(canvas);
          Draw silent = Draw.of(draw(step, 1).tokens(), null);
          assertThatThrownBy(() -> plan.observe(step, silent, canvas))
              .isInstanceOf(PartException.class)
              .hasMessageContaining("confidence");
        });
  }
}
