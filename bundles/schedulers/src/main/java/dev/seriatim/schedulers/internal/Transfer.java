package dev.seriatim.schedulers.internal;

import dev.seriatim.api.part.PartException;
import java.util.Arrays;
import java.util.stream.Collectors;

/** How many unknown slots of a block settle in each of its steps. */
enum Transfer {
  /**
   * As many in each step, the first ones take one more where they do not divide (Nie et al., "Large
   * language diffusion models", 2025).
   */
  EVEN("even") {
    @Override
    int[] counts(int unknown, int steps, double lastTime) {
      int[] counts = new int[steps];
      Arrays.setAll(counts, step -> unknown / steps + (step < unknown % steps ? 1 : 0));
      return counts;
    }
  },
  /**
   * The share of what is unknown that masked diffusion expects to reveal as its time goes evenly
   * from 1 to nearly 0, rounded down, and all that is left in the last step (Ye et al., "Dream 7B:
   * diffusion large language models", 2025).
   */
  TIMESTEPS("timesteps") {
    @Override
    int[] counts(int unknown, int steps, double lastTime) {
      int[] counts = new int[steps];
      int left = unknown;
      for (int step = 0; step < steps; step++) {
        counts[step] = step == steps - 1 ? left : (int) (left * revealed(step, steps, lastTime));
        left -= counts[step];
      }
      return counts;
    }
  },
  /**
   * Each slot by itself with the probability that masked diffusion gives it (Ye et al., 2025; Sahoo
   * et al., "Simple and effective masked diffusion language models", 2024).
   */
  INDEPENDENT("independent") {
    @Override
    int[] counts(int unknown, int steps, double lastTime) {
      // At most: which slots they are, is drawn.
      int[] counts = new int[steps];
      Arrays.fill(counts, unknown);
      return counts;
    }
  };

  private final String id;

  Transfer(String id) {
    this.id = id;
  }

  /**
   * How many settle in each step, [steps].
   *
   * @param unknown slots of the block at its start
   * @param steps of the block, at least 1
   * @param lastTime time of the last step's end, 0 to below 1
   */
  abstract int[] counts(int unknown, int steps, double lastTime);

  /**
   * The probability that what is unknown before a step settles in it, by times that are spaced
   * evenly in single precision; 1 in the last.
   *
   * @param step from 0
   */
  static float revealed(int step, int steps, double lastTime) {
    return step == steps - 1
        ? 1
        : 1 - time(step + 1, steps, (float) lastTime) / time(step, steps, (float) lastTime);
  }

  /** The i-th of steps + 1 times from 1 to the last, from both ends towards the middle. */
  private static float time(int i, int steps, float lastTime) {
    float spacing = (lastTime - 1) / steps;
    return i < (steps + 1) / 2 ? 1 + spacing * i : lastTime - spacing * (steps - i);
  }

  /**
   * The rule of a name.
   *
   * @throws PartException when there is none
   */
  static Transfer of(String part, String name) {
    String known = Arrays.stream(values()).map(t -> t.id).collect(Collectors.joining(", "));
    return Arrays.stream(values())
        .filter(transfer -> transfer.id.equals(name))
        .findFirst()
        .orElseThrow(() -> PartException.of(part, "transfer", "one of " + known, name));
  }
}
