package dev.seriatim.tokenizer.series.internal;

/**
 * Mean and scale of a series, by which its values are brought to mean 0 and variance 1 (Kim et al.,
 * "Reversible instance normalization for accurate time-series forecasting against distribution
 * shift", 2022).
 *
 * @param mean of what was observed
 * @param scale the root of its biased variance plus a small number
 */
record Scale(double mean, double scale) {
  /** Changes nothing. */
  static final Scale NEUTRAL = new Scale(0, 1);

  /**
   * Of the values that are numbers in a run; {@link #NEUTRAL} where there are none.
   *
   * @param eps added to the variance
   */
  static Scale of(float[] values, int first, int end, double eps) {
    int count = 0;
    double sum = 0;
    for (int i = first; i < end; i++) {
      if (!Float.isNaN(values[i])) {
        count++;
        sum += values[i];
      }
    }
    if (count == 0) {
      return NEUTRAL;
    }
    double mean = sum / count;
    double squares = 0;
    for (int i = first; i < end; i++) {
      if (!Float.isNaN(values[i])) {
        squares += (values[i] - mean) * (values[i] - mean);
      }
    }
    double scale = Math.sqrt(squares / count + eps);
    return new Scale(mean, scale == 0 ? 1 : scale);
  }

  float normalised(float value) {
    return (float) ((value - mean) / scale);
  }

  float original(float value) {
    return (float) (value * scale + mean);
  }

  /** As side information of a canvas. */
  float[] numbers() {
    return new float[] {(float) mean, (float) scale};
  }

  /** From side information; {@link #NEUTRAL} where there is none. */
  static Scale from(float[] numbers) {
    return numbers.length == 0 ? NEUTRAL : new Scale(numbers[0], numbers[1]);
  }
}
