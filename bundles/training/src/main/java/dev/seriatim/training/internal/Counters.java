package dev.seriatim.training.internal;

import java.nio.charset.StandardCharsets;

/**
 * Random numbers that are a function of a seed, a purpose and counters alone, so that a run can be
 * taken up at any step: SplitMix64's finaliser (Steele, Lea and Flood, "Fast splittable
 * pseudorandom number generators", 2014) over each of them in turn.
 */
final class Counters {
  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  private final long key;

  /**
   * @param seed of the run
   * @param purpose keeps uses of the same seed apart
   */
  Counters(long seed, String purpose) {
    long mixed = mix(seed + GOLDEN);
    for (byte b : purpose.getBytes(StandardCharsets.UTF_8)) {
      mixed = mix(mixed + GOLDEN + b);
    }
    key = mixed;
  }

  /** 64 random bits. */
  long bits(long counter) {
    return mix(key + GOLDEN * (counter + 1));
  }

  /** 64 random bits. */
  long bits(long first, long second) {
    return mix(bits(first) + GOLDEN * (second + 1));
  }

  /** A number in [0, 1), of 53 bits. */
  double uniform(long counter) {
    return (bits(counter) >>> 11) * 0x1.0p-53;
  }

  /** A whole number from 0 to {@code bound - 1}; the bias is below bound / 2⁶³. */
  int below(int bound, long counter) {
    return scale(bits(counter), bound);
  }

  /**
   * A random order of 0 to {@code size - 1} (Fisher and Yates).
   *
   * @param which of many
   */
  int[] permutation(int size, long which) {
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      int j = scale(bits(which, i), i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  private static int scale(long bits, int bound) {
    return (int) Math.multiplyHigh(bits >>> 1, (long) bound << 1);
  }

  private static long mix(long z) {
    z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
    z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
    return z ^ z >>> 31;
  }
}
