package dev.seriatim.schedulers.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * A normal distribution cut off below and at 1.
 *
 * @param mean of the whole
 * @param deviation of the whole, at least 0; 0 for the mean alone
 * @param least values are from here to 1
 */
record TruncatedNormal(double mean, double deviation, double least) {
  /**
   * The values below which given shares of the distribution lie.
   *
   * @param shares 0 to 1, of any shape
   * @return of the same shape and owner
   */
  NDArray quantile(NDArray shares) {
    if (deviation == 0) {
      return shares.mul(0).add(mean);
    }
    NDManager scope = shares.getManager();
    double root = deviation * Math.sqrt(2);
    float[] ends = {(float) ((least - mean) / root), (float) ((1 - mean) / root)};
    try (NDManager inside = scope.newSubManager()) {
      float[] erf = inside.create(ends).erf().toFloatArray();
      NDArray own = shares.duplicate();
      own.attach(inside);
      NDArray values = own.mul(erf[1] - erf[0]).add(erf[0]).erfinv().mul(root).add(mean);
      NDArray kept = values.clip(least, 1);
      kept.attach(scope);
      return kept;
    }
  }
}
