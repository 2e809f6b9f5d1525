package dev.seriatim.training.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class OptimizerSpecTest {
  private static final OptimizerSpec SPEC =
      new OptimizerSpec(1e-3, 10, 1e-5, 0.9, 0.99, 1e-8, 0.01, 1, 0.999);

  @Test
  void theLearningRateWarmsUpLinearly() {
    assertThat(SPEC.learningRate(1, 100)).isCloseTo(1e-4, within(1e-12));
    assertThat(SPEC.learningRate(10, 100)).isCloseTo(1e-3, within(1e-12));
  }

  @Test
  void thenFallsAlongHalfACosine() {
    assertThat(SPEC.learningRate(11, 100)).isCloseTo(1e-3, within(1e-12));
    assertThat(SPEC.learningRate(100, 100)).isCloseTo(1e-5, within(1e-12));
    double middle = (SPEC.learningRate(55, 100) + SPEC.learningRate(56, 100)) / 2;
    assertThat(middle).isCloseTo((1e-3 + 1e-5) / 2, within(1e-6));
  }

  @Test
  void allStepsMayBeWarmUp() {
    assertThat(SPEC.learningRate(5, 5)).isCloseTo(5e-4, within(1e-12));
    assertThat(SPEC.learningRate(11, 11)).isCloseTo(1e-3, within(1e-12));
  }

  @Test
  void theAverageForgetsItsStart() {
    assertThat(SPEC.average(1)).isCloseTo(2 / 11.0, within(1e-12));
    assertThat(SPEC.average(1_000_000)).isEqualTo(0.999);
  }
}
