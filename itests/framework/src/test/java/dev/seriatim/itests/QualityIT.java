package dev.seriatim.itests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seriatim.api.training.Evaluator;
import dev.seriatim.launcher.Seriatim;
import org.junit.jupiter.api.Test;

/** The shipped model draws what it is asked for, in the eyes of the shipped judge. */
class QualityIT {
  private static final int SAMPLES = 200;

  @Test
  void digitsAreWhatTheyAreAskedToBe() {
    try (Seriatim seriatim = Systems.all()) {
      Evaluator.Report report =
          seriatim
              .evaluator()
              .evaluate(
                  Systems.DIGITS,
                  new Evaluator.Options("mnist-judge", SAMPLES, 50, 1, Double.NaN, null),
                  (done, all) -> {});
      assertThat(report.samples()).isEqualTo(SAMPLES);
      assertThat(report.judgeAccuracy()).isGreaterThanOrEqualTo(0.985);
      // The goal over many samples is 0.97; of so few a handful more may fail by chance.
      assertThat(report.asked()).isGreaterThanOrEqualTo(0.95);
      assertThat(report.askedByLabel()).hasSize(10);
    }
  }
}
