package dev.seriatim.schedulers.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.engine.RandomStreams;
import dev.seriatim.api.engine.Scope;
import dev.seriatim.api.part.Draw;
import dev.seriatim.api.part.Exposure;
import dev.seriatim.api.part.Knobs;
import dev.seriatim.api.part.Plan;
import dev.seriatim.api.part.PlanRequest;
import dev.seriatim.api.part.Step;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AncestralTest extends BlockDiffusionContract {
  AncestralTest() {
    super("ancestral");
  }

  /** Logits by which ids are as probable as their number says, the mask too. */
  private static NDArray logits(Step step, int samples, Scope inside) {
    float[] logits = new float[VOCABULARY];
    for (int id = 0; id < VOCABULARY; id++) {
      logits[id] = (float) Math.log(id + 1);
    }
    Shape shape = new Shape(samples, step.slots().count(), 1, VOCABULARY);
    return inside.manager().create(logits).broadcast(shape);
  }

  private Canvas blank(int samples) {
    return Canvas.blank(frame().layout(), frame().tokens(), samples);
  }

  @Test
  @DisplayName("A slot stays unknown with probability s / t, and else holds what the model draws")
  void staysUnknown() throws Exception {
    onEngine(
        () -> {
          int samples = 3000;
          RandomStreams random = engine().random(3, LongStream.range(0, samples).toArray());
          Canvas canvas = blank(samples);
          Plan plan = part().plan(new PlanRequest(canvas, random, scope().manager()));
          Map<Long, Integer> ids = new HashMap<>();
          int unknown = samples * BLOCK;
          for (int turn = 0; turn < 9; turn++) {
            Step step = plan.next(canvas);
            assertThat(step.index()).isEqualTo(turn);
            double time = 1 - turn / 8.0;
            assertThat(step.knobs().get(Knobs.MASK_RATE, -1)).isCloseTo(time, within(1e-9));
            try (Scope inside = scope().child("step")) {
              Draw draw =
                  plan.draw(
                      step,
                      new GivenLogits(logits(step, samples, inside)),
                      random.at(step.index(), step.slots(), inside.manager()),
                      false);
              plan.observe(step, draw, canvas);
            }
            int left = 0;
            for (int sample = 0; sample < samples; sample++) {
              for (int slot = 0; slot < BLOCK; slot++) {
                left += canvas.isSettled(sample, slot) ? 0 : 1;
              }
            }
            double staying = turn == 8 ? 0 : (time - 1 / 9.0) / time;
            double deviation = Math.sqrt(staying * (1 - staying) / unknown);
            assertThat((double) left / unknown)
                .as("turn %d", turn)
                .isCloseTo(staying, within(4 * deviation + 1e-9));
            unknown = left;
          }
          for (int sample = 0; sample < samples; sample++) {
            for (int slot = 0; slot < BLOCK; slot++) {
              ids.merge(canvas.id(sample, slot, 0), 1, Integer::sum);
            }
          }
          assertThat(ids).doesNotContainKey((long) MASK);
          double sum = MASK * (MASK + 1) / 2.0;
          for (int id = 0; id < MASK; id++) {
            double p = (id + 1) / sum;
            double deviation = Math.sqrt(p * (1 - p) / (samples * BLOCK));
            assertThat(ids.getOrDefault((long) id, 0) / (double) (samples * BLOCK))
                .as("id %d", id)
                .isCloseTo(p, within(4 * deviation));
          }
        });
  }

  @Test
  @DisplayName("Asked for the mode, which slots settle is random, what they hold is not")
  void mode() throws Exception {
    onEngine(
        () -> {
          Canvas canvas = blank(4);
          RandomStreams random = engine().random(5, 0, 1, 2, 3);
          Plan plan = part().plan(new PlanRequest(canvas, random, scope().manager()));
          Set<Integer> settled = new HashSet<>();
          for (Step step = plan.next(canvas); step != null; step = plan.next(canvas)) {
            try (Scope inside = scope().child("step")) {
              GivenLogits given = new GivenLogits(logits(step, 4, inside));
              plan.observe(
                  step,
                  plan.draw(
                      step, given, random.at(step.index(), step.slots(), inside.manager()), true),
                  canvas);
            }
            settled.add(canvas.settled(0));
          }
          assertThat(canvas.ids()).containsOnly(MASK - 1);
          assertThat(settled).hasSizeGreaterThan(2);
        });
  }

  @Test
  @DisplayName("Slots that a sample does not have are left alone")
  void endedSamples() throws Exception {
    onEngine(
        () -> {
          Canvas canvas = blank(2);
          canvas.end(1, 2);
          RandomStreams random = engine().random(5, 0, 1);
          Plan plan = part().plan(new PlanRequest(canvas, random, scope().manager()));
          for (Step step = plan.next(canvas); step != null; step = plan.next(canvas)) {
            try (Scope inside = scope().child("step")) {
              GivenLogits given = new GivenLogits(logits(step, 2, inside));
              plan.observe(
                  step,
                  plan.draw(
                      step, given, random.at(step.index(), step.slots(), inside.manager()), false),
                  canvas);
            }
          }
          assertThat(canvas.settled(0)).isEqualTo(SLOTS);
          assertThat(canvas.length(1)).isEqualTo(2);
        });
  }

  @Test
  @DisplayName("In training each block is masked at a time of its own, and weighs by it")
  void exposesBlocksAtTheirTimes() throws Exception {
    onEngine(
        () -> {
          int samples = 500;
          RandomStreams random = engine().random(9, LongStream.range(0, samples).toArray());
          Exposure exposure =
              part()
                  .expose(
                      frame().layout(),
                      random.at(0, Slots.range(0, SLOTS), scope().manager()),
                      scope().manager());
          float[] levels = exposure.levels().toFloatArray();
          float[] weights = exposure.weight().toFloatArray();
          double sum = 0;
          Set<Float> all = new HashSet<>();
          for (int sample = 0; sample < samples; sample++) {
            for (int first = 0; first < SLOTS; first += BLOCK) {
              Set<Float> times = new HashSet<>();
              for (int slot = first; slot < Math.min(first + BLOCK, SLOTS); slot++) {
                int cell = sample * SLOTS + slot;
                assertThat(levels[cell]).isEqualTo(weights[cell] > 0 ? 0 : 1);
                sum += weights[cell];
                if (weights[cell] > 0) {
                  times.add(weights[cell]);
                  assertThat(1 / weights[cell]).isBetween(0.25f, 0.5f);
                }
              }
              assertThat(times).hasSizeLessThanOrEqualTo(1);
              all.addAll(times);
            }
          }
          assertThat(all).hasSizeGreaterThan(samples);
          assertThat(sum / (samples * SLOTS)).isCloseTo(1, within(0.1));
        });
  }
}
