package dev.seriatim.schedulers.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.engine.RandomStreams;
import dev.seriatim.api.engine.Scope;
import dev.seriatim.api.part.Draw;
import dev.seriatim.api.part.Knobs;
import dev.seriatim.api.part.Plan;
import dev.seriatim.api.part.PlanRequest;
import dev.seriatim.api.part.Step;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class FirstHittingTest extends BlockDiffusionContract {
  FirstHittingTest() {
    super("first-hitting");
  }

  private void turn(Plan plan, Step step, RandomStreams random, Canvas canvas) {
    try (Scope inside = scope().child("step")) {
      Shape shape = new Shape(canvas.samples(), step.slots().count(), 1, VOCABULARY);
      Draw draw =
          plan.draw(
              step,
              new GivenLogits(inside.manager().zeros(shape)),
              random.at(step.index(), step.slots(), inside.manager()),
              false);
      plan.observe(step, draw, canvas);
    }
  }

  @Test
  @DisplayName("Each turn settles one slot of the block, each as likely, and never the mask")
  void settlesOneSlot() throws Exception {
    onEngine(
        () -> {
          int samples = 2000;
          RandomStreams random = engine().random(3, LongStream.range(0, samples).toArray());
          Canvas canvas = Canvas.blank(frame().layout(), frame().tokens(), samples);
          Plan plan = part().plan(new PlanRequest(canvas, random, scope().manager()));
          assertThat(plan.expectedSteps()).isEqualTo(SLOTS);
          turn(plan, plan.next(canvas), random, canvas);
          for (int slot = 0; slot < BLOCK; slot++) {
            int settled = 0;
            for (int sample = 0; sample < samples; sample++) {
              settled += canvas.isSettled(sample, slot) ? 1 : 0;
            }
            assertThat((double) settled / samples).isCloseTo(0.25, within(0.04));
          }
          for (int step = 1; step < SLOTS; step++) {
            turn(plan, plan.next(canvas), random, canvas);
            assertThat(canvas.settled(7)).isEqualTo(step + 1);
          }
          assertThat(plan.next(canvas)).isNull();
          assertThat(canvas.ids()).doesNotContain(MASK);
        });
  }

  @Test
  @DisplayName("Of n unknown slots, time falls by the largest of n uniform numbers")
  void times() throws Exception {
    onEngine(
        () -> {
          double[] sums = new double[SLOTS];
          int runs = 400;
          for (int run = 0; run < runs; run++) {
            RandomStreams random = engine().random(11, run);
            Canvas canvas = Canvas.blank(frame().layout(), frame().tokens(), 1);
            Plan plan = part().plan(new PlanRequest(canvas, random, scope().manager()));
            for (int step = 0; step < BLOCK; step++) {
              Step next = plan.next(canvas);
              sums[step] += next.knobs().get(Knobs.MASK_RATE, Double.NaN);
              turn(plan, next, random, canvas);
            }
          }
          // The k-th largest of four uniform numbers has the mean (5 - k) / 5.
          for (int step = 0; step < BLOCK; step++) {
            assertThat(sums[step] / runs).isCloseTo((BLOCK - step) / 5.0, within(0.05));
          }
        });
  }

  @Test
  @DisplayName("Samples that know more of a block are done with it earlier")
  void partlyKnownSamples() throws Exception {
    onEngine(
        () -> {
          Canvas canvas = Canvas.blank(frame().layout(), frame().tokens(), 2);
          canvas.settle(0, 0, new long[] {1, 2, 3, 4, 5});
          canvas.settle(1, 0, new long[] {1});
          canvas.end(1, 6);
          RandomStreams random = engine().random(3, 0, 1);
          Plan plan = part().plan(new PlanRequest(canvas, random, scope().manager()));
          // Three turns for sample 1 alone, three in the block of both, two for sample 0.
          assertThat(plan.expectedSteps()).isEqualTo(8);
          int steps = 0;
          for (Step step = plan.next(canvas); step != null; step = plan.next(canvas)) {
            turn(plan, step, random, canvas);
            steps++;
          }
          assertThat(steps).isEqualTo(8);
          assertThat(canvas.settled(0)).isEqualTo(SLOTS);
          assertThat(canvas.settled(1)).isEqualTo(SLOTS);
        });
  }
}
