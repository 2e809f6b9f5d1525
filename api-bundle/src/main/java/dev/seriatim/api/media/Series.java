package dev.seriatim.api.media;

import java.util.Arrays;
import java.util.Objects;

/**
 * Time series of one length and as many variables each.
 *
 * @param samples at least 0
 * @param length points in time
 * @param variables numbers at each point
 * @param values float32 [sample, time, variable], row-major; not a number where nothing was
 *     observed; not copied
 */
public record Series(int samples, int length, int variables, float[] values) implements Media {
  /** Checks the size. */
  public Series {
    long expected = (long) samples * length * variables;
    if (values.length != expected) {
      throw new IllegalArgumentException(
          "values: expected " + expected + " numbers, found " + values.length);
    }
  }

  /** Series of one variable. */
  public Series(int samples, int length, float[] values) {
    this(samples, length, 1, values);
  }

  /** One value; not a number where nothing was observed. */
  public float value(int sample, int time, int variable) {
    return values[(sample * length + time) * variables + variable];
  }

  /** A run of samples, as a copy. */
  public Series range(int first, int end) {
    Objects.checkFromToIndex(first, end, samples);
    int each = length * variables;
    float[] run = Arrays.copyOfRange(values, first * each, end * each);
    return new Series(end - first, length, variables, run);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Series s
        && samples == s.samples
        && length == s.length
        && variables == s.variables
        && Arrays.equals(values, s.values);
  }

  @Override
  public int hashCode() {
    return Objects.hash(samples, length, variables, Arrays.hashCode(values));
  }

  @Override
  public String toString() {
    return "Series[" + samples + "×" + length + "×" + variables + "]";
  }
}
