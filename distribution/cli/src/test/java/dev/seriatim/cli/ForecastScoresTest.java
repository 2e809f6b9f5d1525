package dev.seriatim.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ForecastScoresTest {
  private static float[] wave(int first, int count, int period) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (Math.sin(2 * Math.PI * (first + i) / period) + 0.001 * (first + i));
    }
    return values;
  }

  @Test
  void quantilesLieBetweenNeighbours() {
    float[] sorted = {1, 2, 4};
    assertThat(ForecastScores.quantile(sorted, 0)).isEqualTo(1);
    assertThat(ForecastScores.quantile(sorted, 0.5)).isEqualTo(2);
    assertThat(ForecastScores.quantile(sorted, 0.75)).isEqualTo(3);
    assertThat(ForecastScores.quantile(sorted, 1)).isEqualTo(4);
    assertThat(ForecastScores.quantile(new float[] {7}, 0.3)).isEqualTo(7);
  }

  @Test
  void theProbabilityScoreOfOneSampleIsItsDistance() {
    assertThat(ForecastScores.crps(new float[] {3}, 5)).isEqualTo(2);
    // Of a standard normal distribution, at its mean: (√2 - 1) / √π.
    Random random = new Random(1);
    float[] normal = new float[20_000];
    for (int i = 0; i < normal.length; i++) {
      normal[i] = (float) random.nextGaussian();
    }
    Arrays.sort(normal);
    assertThat(ForecastScores.crps(normal, 0)).isCloseTo(0.2337, within(0.005));
  }

  @Test
  void seasonsAreFound() {
    assertThat(ForecastScores.season(wave(0, 200, 12))).isEqualTo(12);
    assertThat(ForecastScores.season(wave(0, 200, 7))).isEqualTo(7);
    Random random = new Random(2);
    float[] walk = new float[300];
    for (int i = 1; i < walk.length; i++) {
      walk[i] = walk[i - 1] + (float) random.nextGaussian();
    }
    assertThat(ForecastScores.season(walk)).isEqualTo(1);
    assertThat(ForecastScores.season(new float[] {1, 2})).isEqualTo(1);
  }

  @Test
  void aRightForecastScoresNothingAndTheNaiveOneItsError() {
    float[] history = wave(0, 120, 12);
    float[] truth = wave(120, 24, 12);
    ForecastScores right = ForecastScores.of(history, truth, new float[][] {truth, truth}, 0);
    assertThat(right.season()).isEqualTo(12);
    assertThat(right.mase()).isZero();
    assertThat(right.crps()).isCloseTo(0, within(1e-6));
    assertThat(right.inside()).isEqualTo(1);
    // It is behind by one season, then by two, where the history is by one.
    assertThat(right.naive()).isCloseTo(1.5, within(0.01));
    float[] gaps = truth.clone();
    gaps[3] = Float.NaN;
    assertThat(ForecastScores.of(history, gaps, new float[][] {truth}, 12).mase()).isZero();
  }

  @Test
  void chartsStandOneBelowTheOther() {
    double[] flat = new double[24];
    ForecastChart.Forecast forecast =
        new ForecastChart.Forecast("a", wave(0, 120, 12), wave(120, 24, 12), flat, flat, flat);
    ForecastChart.Forecast unknown =
        new ForecastChart.Forecast("b", wave(0, 9, 3), null, flat, flat, flat);
    BufferedImage one = ForecastChart.draw(List.of(forecast), "band");
    BufferedImage two = ForecastChart.draw(List.of(forecast, unknown), "band");
    assertThat(two.getWidth()).isEqualTo(one.getWidth());
    assertThat(two.getHeight()).isEqualTo(2 * one.getHeight());
  }
}
