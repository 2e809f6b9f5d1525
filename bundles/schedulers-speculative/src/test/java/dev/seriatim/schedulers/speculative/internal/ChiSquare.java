package dev.seriatim.schedulers.speculative.internal;

import static org.assertj.core.api.Assertions.assertThat;

/** Pearson's test of counts against expected probabilities. */
final class ChiSquare {
  private ChiSquare() {}

  /**
   * Checks that counts are what the probabilities lead to expect, at a level of about one in a
   * million. Cells that are expected less than five times are counted together.
   */
  static void check(String what, int[] counts, double[] probabilities) {
    long samples = 0;
    for (int count : counts) {
      samples += count;
    }
    double statistic = 0;
    int cells = 0;
    double rareExpected = 0;
    long rare = 0;
    for (int i = 0; i < counts.length; i++) {
      double expected = probabilities[i] * samples;
      if (expected < 5) {
        rareExpected += expected;
        rare += counts[i];
      } else {
        statistic += (counts[i] - expected) * (counts[i] - expected) / expected;
        cells++;
      }
    }
    if (rareExpected > 5) {
      statistic += (rare - rareExpected) * (rare - rareExpected) / rareExpected;
      cells++;
    }
    assertThat(cells).as("cells").isGreaterThan(10);
    // Wilson and Hilferty's approximation of the quantile.
    double freedom = cells - 1;
    double spread = 2 / (9 * freedom);
    double bound = freedom * Math.pow(1 - spread + 4.75 * Math.sqrt(spread), 3);
    assertThat(statistic).as("χ² of %s with %d cells", what, cells).isLessThan(bound);
  }
}
