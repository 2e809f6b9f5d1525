package dev.seriatim.api.part;

/**
 * The levels of a step's slots before and after: one pair for all of them, or one pair for each
 * (asynchronous diffusion, hyperschedules).
 */
public final class Levels {
  /** From unknown to settled. */
  public static final Levels SETTLE = new Levels(new float[] {0f}, new float[] {1f});

  private final float[] from;
  private final float[] to;

  private Levels(float[] from, float[] to) {
    this.from = from;
    this.to = to;
  }

  /** One pair for all slots. */
  public static Levels uniform(float from, float to) {
    return new Levels(new float[] {check(from)}, new float[] {check(to)});
  }

  /**
   * A pair for each slot of the step.
   *
   * @throws IllegalArgumentException when lengths differ or a level is outside 0 to 1
   */
  public static Levels each(float[] from, float[] to) {
    if (from.length != to.length) {
      throw new IllegalArgumentException(
          "levels: expected " + from.length + " targets, found " + to.length);
    }
    for (int i = 0; i < from.length; i++) {
      check(from[i]);
      check(to[i]);
    }
    return new Levels(from.clone(), to.clone());
  }

  /** Whether all slots share one pair. */
  public boolean isUniform() {
    return from.length == 1;
  }

  /** Level of a slot before the step. */
  public float from(int index) {
    return isUniform() ? from[0] : from[index];
  }

  /** Level of a slot after the step. */
  public float to(int index) {
    return isUniform() ? to[0] : to[index];
  }

  private static float check(float level) {
    if (!(level >= 0f && level <= 1f)) {
      throw new IllegalArgumentException("level: expected 0 to 1, found " + level);
    }
    return level;
  }
}
