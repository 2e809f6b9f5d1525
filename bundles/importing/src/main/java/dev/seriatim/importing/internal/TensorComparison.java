package dev.seriatim.importing.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import dev.seriatim.api.verification.Verifier.Comparison;
import dev.seriatim.api.weights.TensorInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Compares what was computed with what was recorded. Engine thread. */
final class TensorComparison {
  private TensorComparison() {}

  /** The verdict on a tensor for which nothing was handed in. */
  static Comparison notReproduced(TensorInfo info, String note) {
    return result(info, false, 0, 0, 0, 0, false, note);
  }

  /**
   * Compares.
   *
   * @param recorded float32 or int64
   * @param tolerance for floating point, as a share of the recorded tensor's largest magnitude
   */
  static Comparison of(TensorInfo info, NDArray recorded, NDArray found, double tolerance) {
    if (recorded.size() != found.size()) {
      String note = "shape: expected " + info.shape() + ", found " + found.getShape();
      return result(info, true, 0, 0, 0, tolerance, false, note);
    }
    return recorded.getDataType().isFloating()
        ? floats(info, recorded.toFloatArray(), numbers(found), tolerance)
        : integers(info, recorded.toLongArray(), numbers(found));
  }

  /** Compares floating point; infinities and undefined numbers must be the same. */
  static Comparison floats(TensorInfo info, float[] recorded, double[] found, double tolerance) {
    double magnitude = 0;
    double largest = 0;
    long unlike = 0;
    for (int i = 0; i < recorded.length; i++) {
      if (Float.isFinite(recorded[i])) {
        magnitude = Math.max(magnitude, Math.abs(recorded[i]));
      }
      if (Float.isFinite(recorded[i]) && Double.isFinite(found[i])) {
        largest = Math.max(largest, Math.abs(recorded[i] - found[i]));
      } else if (Double.compare(recorded[i], found[i]) != 0) {
        unlike++;
      }
    }
    double relative = largest == 0 ? 0 : largest / magnitude; // infinite where all are zero
    String note =
        unlike == 0 ? "" : unlike + " numbers are infinite or undefined on one side alone";
    boolean passed = unlike == 0 && relative <= tolerance;
    return result(info, true, largest, relative, unlike, tolerance, passed, note);
  }

  /** Compares integers; 8-bit pixels may differ by one. */
  static Comparison integers(TensorInfo info, long[] recorded, double[] found) {
    long allowed = isPixels(info.name()) ? 1 : 0;
    double magnitude = 0;
    double largest = 0;
    long unequal = 0;
    boolean passed = true;
    for (int i = 0; i < recorded.length; i++) {
      double error = Math.abs(recorded[i] - found[i]);
      magnitude = Math.max(magnitude, Math.abs((double) recorded[i]));
      if (error != 0) { // NaN too
        unequal++;
        largest = Math.max(largest, error);
        passed &= error <= allowed;
      }
    }
    double relative = largest == 0 ? 0 : largest / magnitude;
    return result(info, true, largest, relative, unequal, allowed, passed, "");
  }

  /** 8-bit pixels, which a rounding error moves by one. */
  private static boolean isPixels(String name) {
    return name.endsWith("u8") || name.contains("uint8");
  }

  /** All integers that a double cannot hold are far beyond any id. */
  private static double[] numbers(NDArray array) {
    return switch (array.getDataType()) {
      case FLOAT64 -> array.toDoubleArray();
      case INT64 -> Arrays.stream(array.toLongArray()).asDoubleStream().toArray();
      case FLOAT32 -> doubles(array.toFloatArray());
      default -> {
        try (NDArray floats = array.toType(DataType.FLOAT32, true)) {
          yield doubles(floats.toFloatArray());
        }
      }
    };
  }

  private static double[] doubles(float[] floats) {
    double[] doubles = new double[floats.length];
    for (int i = 0; i < floats.length; i++) {
      doubles[i] = floats[i];
    }
    return doubles;
  }

  /** The worse of two comparisons of one tensor. */
  static Comparison worse(Comparison first, Comparison second) {
    if (first.passed() != second.passed()) {
      return first.passed() ? second : first;
    }
    return first.relativeError() >= second.relativeError() ? first : second;
  }

  private static Comparison result(
      TensorInfo info,
      boolean reproduced,
      double largest,
      double relative,
      long unequal,
      double tolerance,
      boolean passed,
      String note) {
    List<Long> shape = new ArrayList<>();
    for (long axis : info.shape().getShape()) {
      shape.add(axis);
    }
    return new Comparison(
        info.name(),
        info.type().name(),
        shape,
        reproduced,
        largest,
        relative,
        unequal,
        tolerance,
        passed,
        note);
  }
}
