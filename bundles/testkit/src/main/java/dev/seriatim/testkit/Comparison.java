package dev.seriatim.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;

/** Compares arrays: ids exactly, real values within a tolerance of the largest magnitude. */
final class Comparison {
  private Comparison() {}

  static void same(NDArray actual, NDArray expected, double tolerance) {
    assertThat(actual.getShape()).isEqualTo(expected.getShape());
    if (actual.getDataType() == DataType.INT64) {
      assertThat(actual.toLongArray()).isEqualTo(expected.toLongArray());
      return;
    }
    float[] a = actual.toFloatArray();
    float[] e = expected.toFloatArray();
    double largest = 1e-30;
    for (float value : e) {
      largest = Math.max(largest, Math.abs(value));
    }
    for (int i = 0; i < a.length; i++) {
      assertThat(Math.abs(a[i] - e[i]) / largest)
          .as("element %d: expected %s, found %s", i, e[i], a[i])
          .isLessThanOrEqualTo(tolerance);
    }
  }
}
