package dev.seriatim.api.canvas;

/** What one slot holds. */
public sealed interface TokenSpace {
  /** Numbers per slot: codebooks of a discrete space, width of a continuous one. */
  int numbersPerSlot();

  /**
   * Ids out of a vocabulary.
   *
   * @param vocabulary ids run from 0 to vocabulary - 1
   * @param codebooks ids per slot, at least 1 (1 for plain VQ; more for residual or bitwise codes)
   */
  record Discrete(int vocabulary, int codebooks) implements TokenSpace {
    /** Checks the sizes. */
    public Discrete {
      if (vocabulary < 2) {
        throw new IllegalArgumentException("vocabulary: expected at least 2, found " + vocabulary);
      }
      if (codebooks < 1) {
        throw new IllegalArgumentException("codebooks: expected at least 1, found " + codebooks);
      }
    }

    @Override
    public int numbersPerSlot() {
      return codebooks;
    }
  }

  /**
   * A real vector.
   *
   * @param width its length, at least 1
   */
  record Continuous(int width) implements TokenSpace {
    /** Checks the width. */
    public Continuous {
      if (width < 1) {
        throw new IllegalArgumentException("width: expected at least 1, found " + width);
      }
    }

    @Override
    public int numbersPerSlot() {
      return width;
    }
  }
}
