package dev.seriatim.guides.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.engine.StepRandom;
import dev.seriatim.api.part.Distribution;
import dev.seriatim.api.part.Draw;
import dev.seriatim.api.part.Knobs;
import dev.seriatim.api.part.Levels;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.Step;
import dev.seriatim.api.part.Stream;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The scale that is in force, against the formulas of the papers. */
class GuidanceScheduleTest {
  private static final int SLOTS = 8;

  /** Tells the scale that it was guided by; 1 where it was not. */
  private record Scale(double value) implements Distribution {
    @Override
    public Draw draw(StepRandom random) {
      throw new UnsupportedOperationException("drawn from");
    }

    @Override
    public Draw mode() {
      throw new UnsupportedOperationException("drawn from");
    }

    @Override
    public Optional<NDArray> logProb(NDArray tokens) {
      return Optional.empty();
    }

    @Override
    public Distribution guided(Distribution other, double scale) {
      return new Scale(scale);
    }

    @Override
    public Distribution tempered(double temperature) {
      return this;
    }
  }

  private static double scale(ClassifierFree guide, Map<String, Double> knobs, int settled) {
    Canvas canvas = Canvas.blank(new Sequence(SLOTS), new TokenSpace.Discrete(5, 1), 1);
    canvas.write(Slots.range(0, settled), 1f, new long[settled]);
    Slots next = Slots.range(settled, settled + 2);
    Step step = new Step(0, next, Levels.SETTLE, new Knobs(knobs));
    Distribution plain = new Scale(1);
    Map<Stream, Distribution> others = Map.of(Stream.UNCONDITIONAL, new Scale(1));
    return ((Scale) guide.apply(plain, others, step, canvas)).value();
  }

  private static ClassifierFree guide(GuidanceSchedule schedule, double power) {
    return new ClassifierFree(5, schedule, power, -1);
  }

  @Test
  @DisplayName("Constant is the scale, whatever is settled")
  void constant() {
    assertThat(scale(guide(GuidanceSchedule.CONSTANT, 1), Map.of(), 0)).isEqualTo(5);
    assertThat(scale(guide(GuidanceSchedule.CONSTANT, 1), Map.of(), 4)).isEqualTo(5);
  }

  @Test
  @DisplayName("Linear grows with what is settled before the step; the scheduler's word goes first")
  void linear() {
    assertThat(scale(guide(GuidanceSchedule.LINEAR, 1), Map.of(), 2)).isEqualTo(2);
    assertThat(scale(guide(GuidanceSchedule.LINEAR, 1), Map.of(Knobs.PROGRESS, 0.5), 2))
        .isEqualTo(3);
  }

  @Test
  @DisplayName("Linear-after grows with what is settled after the step")
  void linearAfter() {
    assertThat(scale(guide(GuidanceSchedule.LINEAR_AFTER, 1), Map.of(), 2)).isEqualTo(3);
    Map<String, Double> knobs = Map.of(Knobs.PROGRESS, 0.1, Knobs.PROGRESS_AFTER, 0.25);
    assertThat(scale(guide(GuidanceSchedule.LINEAR_AFTER, 1), knobs, 2)).isEqualTo(2);
  }

  @Test
  @DisplayName(
      "Linear-by-step grows with the place of the step, and asks for a scheduler that says")
  void linearByStep() {
    ClassifierFree guide = guide(GuidanceSchedule.LINEAR_BY_STEP, 1);
    for (int k = 0; k < 5; k++) {
      // Tian et al.: (1 + t) · cond - t · uncond with t = 4 · k / (K - 1).
      double t = 4 * k / 4.0;
      assertThat(scale(guide, Map.of(Knobs.STEP_SHARE, k / 4.0), 0)).isEqualTo(1 + t);
    }
    assertThatThrownBy(() -> scale(guide, Map.of(), 0))
        .isInstanceOf(PartException.class)
        .hasMessageContaining("schedule");
  }

  @Test
  @DisplayName(
      "Power-cosine is half a cosine over a power; power 0 is constant from the first step")
  void powerCosine() {
    for (int step = 0; step < 6; step++) {
      double expected = 4 * (1 - Math.cos(Math.PI * Math.pow(step / 6.0, 2.75))) * 0.5 + 1;
      assertThat(
              scale(
                  guide(GuidanceSchedule.POWER_COSINE, 2.75),
                  Map.of(Knobs.PROGRESS, step / 6.0),
                  0))
          .isCloseTo(expected, within(1e-12));
    }
    assertThat(scale(guide(GuidanceSchedule.POWER_COSINE, 0), Map.of(), 0)).isEqualTo(5);
    assertThat(scale(guide(GuidanceSchedule.COSINE, 1), Map.of(), 4)).isCloseTo(3, within(1e-12));
  }

  @Test
  @DisplayName("Guidance ends once more slots than the interval are settled")
  void interval() {
    ClassifierFree guide = new ClassifierFree(5, GuidanceSchedule.CONSTANT, 1, 3);
    double[] scales = new double[6];
    Arrays.setAll(scales, settled -> scale(guide, Map.of(), settled));
    assertThat(scales).containsExactly(5, 5, 5, 5, 1, 1);
    assertThat(scale(guide, Map.of(Knobs.PROGRESS, 3.0 / SLOTS), 6)).isEqualTo(5);
  }

  @Test
  @DisplayName("Where several slots are verified at once, a scale that grows is refused")
  void refusesToGrowAmongProposals() {
    Canvas canvas = Canvas.blank(new Sequence(SLOTS), new TokenSpace.Discrete(5, 1), 1);
    Step step = new Step(0, Slots.range(0, 2), Levels.uniform(0.5f, 1), Knobs.NONE);
    Map<Stream, Distribution> others = Map.of(Stream.UNCONDITIONAL, new Scale(1));
    for (ClassifierFree grows :
        new ClassifierFree[] {
          guide(GuidanceSchedule.LINEAR, 1),
          guide(GuidanceSchedule.LINEAR_AFTER, 1),
          new ClassifierFree(5, GuidanceSchedule.CONSTANT, 1, 3)
        }) {
      assertThatThrownBy(() -> grows.apply(new Scale(1), others, step, canvas))
          .isInstanceOf(PartException.class)
          .hasMessageContaining("schedule: expected constant");
    }
    ClassifierFree constant = guide(GuidanceSchedule.CONSTANT, 1);
    assertThat(constant.apply(new Scale(1), others, step, canvas)).isEqualTo(new Scale(5));
  }

  @Test
  @DisplayName("The scheduler's factor multiplies the scale")
  void factor() {
    assertThat(scale(guide(GuidanceSchedule.CONSTANT, 1), Map.of(Knobs.GUIDANCE, 0.5), 0))
        .isEqualTo(2.5);
  }

  @Test
  @DisplayName("An exponent where none is used is refused")
  void refusesUselessPower() {
    assertThatThrownBy(() -> GuidanceSchedule.COSINE.checkPower("cfg", 2))
        .isInstanceOf(PartException.class)
        .hasMessageContaining("power-cosine");
  }
}
