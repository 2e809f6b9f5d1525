package dev.seriatim.cli;

import java.util.Arrays;

/**
 * How good a forecast was, in units of what the seasonal naive forecast errs in the history: the
 * mean absolute scaled error of the median (Hyndman and Koehler, "Another look at measures of
 * forecast accuracy", 2006), and the continuous ranked probability score of the samples (Gneiting
 * and Raftery, "Strictly proper scoring rules, prediction, and estimation", 2007) in the same
 * units. Lower is better. Points that were not observed do not count.
 *
 * @param season points after which the history resembles itself most
 * @param mase of the median
 * @param crps of the samples
 * @param naive both of the seasonal naive forecast, which repeats the last season
 * @param inside share of points between the 10 % and the 90 % quantile; 0.8 is right
 */
record ForecastScores(int season, double mase, double crps, double naive, double inside) {
  /** Changes a season apart are alike when they correlate more than this. */
  private static final double ALIKE = 0.2;

  /** A shorter season is taken when it explains this share of what the best one does. */
  private static final double NEARLY = 0.9;

  /**
   * Compares.
   *
   * @param history before the forecast
   * @param truth [point]
   * @param samples [sample][point]
   * @param season 0 to look for it in the history
   */
  static ForecastScores of(float[] history, float[] truth, float[][] samples, int season) {
    int period = season > 0 ? season : season(history);
    double scale = scale(history, period);
    double median = 0;
    double crps = 0;
    double naive = 0;
    double inside = 0;
    int count = 0;
    for (int t = 0; t < truth.length; t++) {
      double repeated = history[history.length - period + t % period];
      if (Float.isNaN(truth[t]) || Double.isNaN(repeated)) {
        continue;
      }
      float[] sorted = sorted(samples, t);
      count++;
      median += Math.abs(quantile(sorted, 0.5) - truth[t]);
      crps += crps(sorted, truth[t]);
      naive += Math.abs(repeated - truth[t]);
      boolean within = truth[t] >= quantile(sorted, 0.1) && truth[t] <= quantile(sorted, 0.9);
      inside += within ? 1 : 0;
    }
    return new ForecastScores(
        period,
        median / count / scale,
        crps / count / scale,
        naive / count / scale,
        inside / count);
  }

  /** The samples at a point in time, ascending. */
  static float[] sorted(float[][] samples, int time) {
    float[] sorted = new float[samples.length];
    for (int i = 0; i < sorted.length; i++) {
      sorted[i] = samples[i][time];
    }
    Arrays.sort(sorted);
    return sorted;
  }

  /** A quantile of sorted numbers, by linear interpolation. */
  static double quantile(float[] sorted, double q) {
    double at = q * (sorted.length - 1);
    int below = (int) Math.floor(at);
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }

  /** Mean distance to the truth, less half of the mean distance between samples. */
  static double crps(float[] sorted, double truth) {
    int n = sorted.length;
    double toTruth = 0;
    double among = 0;
    for (int i = 0; i < n; i++) {
      toTruth += Math.abs(sorted[i] - truth);
      among += (2.0 * i - n + 1) * sorted[i];
    }
    return toTruth / n - among / n / n;
  }

  /** Mean absolute difference of points a season apart. */
  private static double scale(float[] history, int season) {
    double sum = 0;
    int count = 0;
    for (int t = season; t < history.length; t++) {
      double difference = Math.abs(history[t] - history[t - season]);
      if (!Double.isNaN(difference)) {
        sum += difference;
        count++;
      }
    }
    return Math.max(sum / Math.max(count, 1), 1e-9);
  }

  /**
   * The lag, up to a third of the history, at which its changes resemble themselves most, or a
   * shorter one at which they do so nearly as much; 1 where they do not.
   */
  static int season(float[] history) {
    float[] changes = new float[Math.max(0, history.length - 1)];
    for (int t = 0; t < changes.length; t++) {
      float change = history[t + 1] - history[t];
      changes[t] = Float.isNaN(change) ? 0 : change;
    }
    double[] found = new double[changes.length / 3 + 2];
    double most = 0;
    for (int lag = 0; lag < found.length; lag++) {
      found[lag] = correlation(changes, lag);
      most = lag < 2 ? most : Math.max(most, found[lag]);
    }
    for (int lag = 2; lag + 1 < found.length && most > ALIKE * found[0]; lag++) {
      boolean peak = found[lag] >= found[lag - 1] && found[lag] >= found[lag + 1];
      if (peak && found[lag] >= NEARLY * most) {
        return lag;
      }
    }
    return 1;
  }

  private static double correlation(float[] changes, int lag) {
    double sum = 0;
    for (int t = lag; t < changes.length; t++) {
      sum += changes[t] * changes[t - lag];
    }
    return sum / Math.max(1, changes.length - lag);
  }
}
