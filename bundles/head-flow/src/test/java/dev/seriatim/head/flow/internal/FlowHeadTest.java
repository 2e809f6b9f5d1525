package dev.seriatim.head.flow.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.canvas.Pyramid;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.engine.StepRandom;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.part.Distribution;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.Head;
import dev.seriatim.api.part.KernelPart;
import dev.seriatim.api.part.Knobs;
import dev.seriatim.api.part.Levels;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.Step;
import dev.seriatim.head.flow.internal.FlowHeadFactory.Configuration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a flow head does over the scales of a pyramid. */
class FlowHeadTest extends FlowContract {
  private static final Pyramid PYRAMID = new Pyramid(List.of(new Grid(1, 2)));
  private static final Pyramid SCALES =
      new Pyramid(List.of(new Grid(1, 1), new Grid(2, 2), new Grid(3, 3)));

  FlowHeadTest() {
    super(PYRAMID, "self");
  }

  private static Frame scales() {
    return Frame.of(ConditionSpace.NONE).with(SCALES, new TokenSpace.Continuous(TOKEN)).with(WIDTH);
  }

  private static Slots slots(int scale) {
    return Slots.range(SCALES.firstSlot(scale), SCALES.firstSlot(scale + 1));
  }

  private StepRandom random(Slots slots) {
    return engine().random(3, 0, 1).at(0, slots, scope().manager());
  }

  /** Weights do not depend on the pyramid: those of the part under test serve for others. */
  private Head head(Configuration configuration) {
    return factory().blueprint(configuration, scales()).build(engine(), weights());
  }

  private Distribution distribution(Head head, int scale, Knobs knobs) {
    NDArray hidden = random(slots(scale)).normal(9, WIDTH);
    return head.distribution(hidden, new Step(scale, slots(scale), Levels.SETTLE, knobs));
  }

  private float[] draw(Configuration configuration, int scale) {
    Head head = head(configuration);
    try {
      return distribution(head, scale, Knobs.NONE)
          .draw(random(slots(scale)))
          .tokens()
          .toFloatArray();
    } finally {
      head.close();
    }
  }

  private static double largestDifference(float[] a, float[] b) {
    double largest = 0;
    for (int i = 0; i < a.length; i++) {
      largest = Math.max(largest, Math.abs(a[i] - b[i]));
    }
    return largest;
  }

  @Test
  @DisplayName("Better solvers come closer to the flow in the same number of steps")
  void solversConverge() throws Exception {
    onEngine(
        () -> {
          float[] fine = draw(settings("self", "uniform", "rk4", 100), 2);
          double euler = largestDifference(draw(settings("self", "uniform", "euler", 10), 2), fine);
          for (String solver : List.of("midpoint", "heun", "rk4")) {
            float[] coarse = draw(settings("self", "uniform", solver, 10), 2);
            assertThat(largestDifference(coarse, fine)).as(solver).isLessThan(euler / 3);
          }
          assertThat(euler).isPositive();
        });
  }

  @Test
  @DisplayName("The knob for sampling steps stands in for the configuration's")
  void stepsByKnob() throws Exception {
    onEngine(
        () -> {
          float[] three = draw(settings("self", "uniform", "euler", 3), 1);
          Head head = head(settings("self", "uniform", "euler", 9));
          Knobs knobs = new Knobs(Map.of(Knobs.HEAD_STEPS, 3.0));
          assertThat(distribution(head, 1, knobs).draw(random(slots(1))).tokens().toFloatArray())
              .isEqualTo(three);
          Knobs none = new Knobs(Map.of(Knobs.HEAD_STEPS, 0.0));
          assertThatThrownBy(() -> distribution(head, 1, none))
              .isInstanceOf(PartException.class)
              .hasMessageContaining("head-steps");
          head.close();
        });
  }

  @Test
  @DisplayName("Sampling times are those of FlowAR, and guidance sets in where it should")
  void times() throws Exception {
    onEngine(
        () -> {
          Head head = head(settings("self", "two-speeds", "euler", 9));
          var kernel = ((KernelPart) head).kernel();
          double[] expected = {
            1, 0.7666666666666667, 0.5333333333333333, 0.3, 0.25, 0.1875, 0.125, 0.0625, 0
          };
          NDArray nine = kernel.callForOne(scope().manager(), "times", 9);
          assertThat(nine.toDoubleArray()).containsExactly(expected, within(1e-15));
          NDArray fifty = kernel.callForOne(scope().manager(), "times", 50);
          assertThat(fifty.toDoubleArray()).hasSize(51);
          assertThat(fifty.toDoubleArray()[15]).isEqualTo(0.7);
          NDArray guided = kernel.callForOne(scope().manager(), "is_guided", fifty, 0.7);
          assertThat(guided.toBooleanArray()).hasSize(50);
          assertThat(guided.toBooleanArray()[14]).isFalse();
          assertThat(guided.toBooleanArray()[15]).isTrue();
          NDArray t = scope().manager().create(new float[] {0.65f, 0.999999f, 0.29f});
          assertThat(kernel.callForOne(scope().manager(), "time_steps", t).toLongArray())
              .containsExactly(650, 999, 290);
          head.close();
        });
  }

  @Test
  @DisplayName("Guidance bends the flow, in its interval alone")
  void guidanceInItsInterval() throws Exception {
    onEngine(
        () -> {
          Head never =
              head(new Configuration(16, 2, "self", 2, 4, 16, 4, "uniform", "euler", 0, 1e-6));
          Head late = head(settings("self", "uniform", "euler", 4));
          NDArray other = random(slots(1)).normal(8, WIDTH);
          Step step = Step.settle(1, slots(1));
          float[] plain =
              distribution(late, 1, Knobs.NONE).draw(random(slots(1))).tokens().toFloatArray();
          float[] outside =
              distribution(never, 1, Knobs.NONE)
                  .guided(never.distribution(other, step), 3)
                  .draw(random(slots(1)))
                  .tokens()
                  .toFloatArray();
          float[] inside =
              distribution(late, 1, Knobs.NONE)
                  .guided(late.distribution(other, step), 3)
                  .draw(random(slots(1)))
                  .tokens()
                  .toFloatArray();
          assertThat(largestDifference(outside, plain)).isLessThan(1e-6);
          assertThat(largestDifference(inside, plain)).isGreaterThan(1e-3);
          never.close();
          late.close();
        });
  }

  @Test
  @DisplayName("Without chance the path starts from zero, as at temperature 0")
  void coldIsTheMode() throws Exception {
    onEngine(
        () -> {
          Head head = head(settings("self", "uniform", "euler", 4));
          Distribution distribution = distribution(head, 2, Knobs.NONE);
          assertThat(distribution.tempered(0).draw(random(slots(2))).tokens().toFloatArray())
              .isEqualTo(distribution.mode().tokens().toFloatArray());
          head.close();
        });
  }

  @Test
  @DisplayName("A scale's loss is that of its slots; coarser scales count by their number of slots")
  void lossOverScales() throws Exception {
    onEngine(
        () -> {
          Head head = head(settings("self", "uniform", "euler", 4));
          Slots all = Slots.range(0, SCALES.slots());
          NDArray hidden = random(all).normal(9, WIDTH);
          NDArray tokens = random(all).normal(7, TOKEN);
          NDArray times = random(all).uniform(0, 1);
          NDArray noise = random(all).normal(1, TOKEN);
          float[] errors =
              ((KernelPart) head)
                  .kernel()
                  .callForOne(scope().manager(), "errors", hidden, tokens, times.squeeze(2), noise)
                  .mean(new int[] {0})
                  .toFloatArray();
          double expected = 0;
          for (float error : errors) {
            expected += error;
          }
          float loss = head.loss(hidden, tokens, null, random(all)).toFloatArray()[0];
          assertThat((double) loss).isCloseTo(expected / 9, within(1e-4));
          head.close();
        });
  }

  @Test
  @DisplayName("6 Says no clearly: a part of a scale, and attention without a pyramid")
  void refusesWhatItCannotServe() throws Exception {
    onEngine(
        () -> {
          Head head = head(configuration());
          NDArray hidden = random(Slots.range(1, 3)).normal(9, WIDTH);
          assertThatThrownBy(() -> head.distribution(hidden, Step.settle(0, Slots.range(1, 3))))
              .isInstanceOf(PartException.class)
              .hasMessageContaining("all slots of a scale");
          head.close();
          Frame grid =
              Frame.of(ConditionSpace.NONE)
                  .with(new Grid(2, 2), new TokenSpace.Continuous(TOKEN))
                  .with(WIDTH);
          assertThatThrownBy(() -> factory().blueprint(configuration(), grid))
              .isInstanceOf(PartException.class)
              .hasMessageContaining("attention");
        });
  }
}
