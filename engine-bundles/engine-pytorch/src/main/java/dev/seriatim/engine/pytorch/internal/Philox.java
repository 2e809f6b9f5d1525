package dev.seriatim.engine.pytorch.internal;

/**
 * Philox4x32-10: four 32-bit numbers for each counter and key, without state (Salmon, Moraes, Dror
 * and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011).
 */
final class Philox {
  private static final int ROUNDS = 10;
  private static final long MULTIPLIER_0 = 0xD2511F53L;
  private static final long MULTIPLIER_1 = 0xCD9E8D57L;
  private static final int WEYL_0 = 0x9E3779B9;
  private static final int WEYL_1 = 0xBB67AE85;
  private static final long WORD = 0xFFFFFFFFL;

  private static final double TO_UNIT_24 = 0x1p-24;
  private static final double TO_UNIT_32 = 0x1p-32;

  private final int key0;
  private final int key1;

  /** The four numbers of the last counter. */
  private final int[] block = new int[4];

  /** The generator of a 64-bit key: the low word is the first. */
  Philox(long key) {
    this((int) key, (int) (key >>> 32));
  }

  Philox(int key0, int key1) {
    this.key0 = key0;
    this.key1 = key1;
  }

  /** The four numbers of a counter; valid until the next call. */
  int[] block(int counter0, int counter1, int counter2, int counter3) {
    int c0 = counter0;
    int c1 = counter1;
    int c2 = counter2;
    int c3 = counter3;
    int k0 = key0;
    int k1 = key1;
    for (int round = 0; round < ROUNDS; round++) {
      long product0 = MULTIPLIER_0 * (c0 & WORD);
      long product1 = MULTIPLIER_1 * (c2 & WORD);
      c0 = (int) (product1 >>> 32) ^ c1 ^ k0;
      c1 = (int) product1;
      c2 = (int) (product0 >>> 32) ^ c3 ^ k1;
      c3 = (int) product0;
      k0 += WEYL_0;
      k1 += WEYL_1;
    }
    block[0] = c0;
    block[1] = c1;
    block[2] = c2;
    block[3] = c3;
    return block;
  }

  /** A number in [0, 1), a multiple of 2^-24, so that every float is equally likely. */
  static float uniform(int word) {
    return (float) ((word >>> 8) * TO_UNIT_24);
  }

  /**
   * Two independent standard normal numbers (Box and Muller, 1958). {@link StrictMath} gives the
   * same bits on every machine.
   */
  static void normals(int word0, int word1, float[] into, int at) {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(((word0 & WORD) + 0.5) * TO_UNIT_32));
    double angle = 2 * Math.PI * ((word1 & WORD) * TO_UNIT_32);
    into[at] = (float) (radius * StrictMath.cos(angle));
    into[at + 1] = (float) (radius * StrictMath.sin(angle));
  }
}
