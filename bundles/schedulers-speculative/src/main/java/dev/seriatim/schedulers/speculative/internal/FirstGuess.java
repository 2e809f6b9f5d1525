package dev.seriatim.schedulers.speculative.internal;

import dev.seriatim.api.canvas.Layout;
import dev.seriatim.api.part.PartException;

/** The slot whose token a slot is given before anything is known of it. */
enum FirstGuess {
  /** The slot before. */
  PREVIOUS,
  /** The slot above, in a grid. */
  ABOVE;

  /** Meaning of the configuration key {@code guess}. */
  static final String MEANING =
      "whose token a slot begins with: previous (the slot before it) or above (in a grid)";

  /** Default of the key, as JSON. */
  static final String DEFAULT = "\"previous\"";

  /**
   * Reads the configuration.
   *
   * @throws PartException when the value is not a known one, or there is no above
   */
  static FirstGuess of(String part, String name, Layout layout) {
    FirstGuess guess =
        switch (name) {
          case "previous" -> PREVIOUS;
          case "above" -> ABOVE;
          default -> throw PartException.of(part, "guess", "previous or above", name);
        };
    PartException.require(
        guess == PREVIOUS || layout.axes() == 2,
        part,
        "guess",
        "previous, since the layout is no grid",
        name);
    return guess;
  }

  /** The slot to copy from; -1 where there is none. */
  int source(int slot, Layout layout) {
    return this == PREVIOUS ? slot - 1 : above(slot, layout);
  }

  private static int above(int slot, Layout layout) {
    int row = layout.position(slot)[0];
    int column = layout.position(slot)[1];
    int above = slot - 1;
    while (above >= 0
        && (layout.position(above)[0] != row - 1 || layout.position(above)[1] != column)) {
      above--;
    }
    return above >= 0 ? above : slot - 1;
  }
}
