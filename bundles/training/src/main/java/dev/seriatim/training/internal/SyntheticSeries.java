package dev.seriatim.training.internal;

import dev.seriatim.api.training.SeriesDataSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Time series that are made up: each the sum of seasons, a trend, noise that remembers itself and,
 * now and then, a random walk; some are exponentials of such a sum. A seed gives the same series on
 * every machine. The idea is that of KernelSynth (Ansari et al., "Chronos: learning the language of
 * time series", 2024).
 */
final class SyntheticSeries {
  private static final int MOST_SEASONS = 3;
  private static final int[] COMMON_PERIODS = {7, 12, 24, 30, 48, 52, 60, 96};

  private final Random random;
  private final int length;

  private SyntheticSeries(long seed, int length) {
    this.random = new Random(seed);
    this.length = length;
  }

  static SeriesDataSet open(Settings options) {
    int count = (int) options.whole("series", 1, 1_000_000, 4000);
    int heldOut = (int) options.whole("held-out-series", 0, 1_000_000, 200);
    int length = (int) options.whole("length", 2, 1 << 20, 960);
    long seed = options.whole("seed", 0, Integer.MAX_VALUE, 0);
    options.refuseOthers();
    List<float[]> all = new ArrayList<>();
    for (int i = 0; i < count + heldOut; i++) {
      all.add(new SyntheticSeries((seed << 32) + i, length).draw());
    }
    return new SeriesDataSet(
        count + " synthetic series", all.subList(0, count), all.subList(count, count + heldOut));
  }

  private float[] draw() {
    random.nextLong(); // neighbouring seeds begin alike
    double[] sum = new double[length];
    int seasons = random.nextInt(MOST_SEASONS + 1);
    for (int i = 0; i < seasons; i++) {
      addSeason(sum);
    }
    if (chance(0.5)) {
      addTrend(sum);
    }
    addNoise(sum);
    if (chance(0.25)) {
      addWalk(sum);
    }
    boolean exponential = chance(0.15);
    float[] values = new float[length];
    for (int t = 0; t < length; t++) {
      values[t] = (float) (exponential ? StrictMath.exp(0.5 * sum[t]) : sum[t]);
    }
    return values;
  }

  private boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  private double between(double least, double most) {
    return least + (most - least) * random.nextDouble();
  }

  /** A number whose logarithm is uniform. */
  private double scale(double least, double most) {
    return StrictMath.exp(between(StrictMath.log(least), StrictMath.log(most)));
  }

  /** A wave of a few harmonics, or a peak in every period; its height may drift. */
  private void addSeason(double[] sum) {
    double period =
        chance(0.6) ? COMMON_PERIODS[random.nextInt(COMMON_PERIODS.length)] : scale(5, 120);
    double height = scale(0.3, 2);
    double[] harmonics = new double[1 + random.nextInt(3)];
    double[] phases = new double[harmonics.length];
    for (int k = 0; k < harmonics.length; k++) {
      harmonics[k] = random.nextGaussian() / (k + 1);
      phases[k] = between(0, 2 * Math.PI);
    }
    boolean peak = chance(0.25);
    double sharpness = scale(1, 12);
    double drift = chance(0.3) ? between(-0.8, 0.8) : 0;
    for (int t = 0; t < sum.length; t++) {
      double angle = 2 * Math.PI * t / period;
      double wave = 0;
      for (int k = 0; k < harmonics.length; k++) {
        wave += harmonics[k] * StrictMath.sin((k + 1) * angle + phases[k]);
      }
      if (peak) {
        wave = 2 * StrictMath.exp(sharpness * (StrictMath.cos(angle + phases[0]) - 1));
      }
      sum[t] += height * wave * (1 + drift * t / sum.length);
    }
  }

  /** A line that may turn once. */
  private void addTrend(double[] sum) {
    double slope = 3 * random.nextGaussian() / sum.length;
    int turn = chance(0.3) ? random.nextInt(sum.length) : sum.length;
    double other = 3 * random.nextGaussian() / sum.length;
    double level = 0;
    for (int t = 0; t < sum.length; t++) {
      sum[t] += level;
      level += t < turn ? slope : other;
    }
  }

  /** An autoregressive process of order 1. */
  private void addNoise(double[] sum) {
    double memory = chance(0.5) ? 0 : between(0.2, 0.97);
    double deviation = scale(0.03, 0.6);
    double fresh = deviation * StrictMath.sqrt(1 - memory * memory);
    double noise = deviation * random.nextGaussian();
    for (int t = 0; t < sum.length; t++) {
      sum[t] += noise;
      noise = memory * noise + fresh * random.nextGaussian();
    }
  }

  private void addWalk(double[] sum) {
    double step = scale(0.01, 0.1);
    double at = 0;
    for (int t = 0; t < sum.length; t++) {
      sum[t] += at;
      at += step * random.nextGaussian();
    }
  }
}
