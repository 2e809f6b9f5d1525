package dev.seriatim.evaluation.internal;

/**
 * Mean and covariance of features.
 *
 * @param samples that they were taken over
 * @param mean [feature]
 * @param covariance [feature, feature], row-major
 */
record Moments(int samples, double[] mean, double[] covariance) {
  /** Checks the sizes. */
  Moments {
    if (covariance.length != mean.length * mean.length) {
      throw new IllegalArgumentException(
          "covariance: expected "
              + mean.length
              + "×"
              + mean.length
              + " numbers, found "
              + covariance.length);
    }
  }

  int width() {
    return mean.length;
  }
}
