package dev.seriatim.api.part;

import dev.seriatim.api.SeriatimException;

/** A part refuses its configuration, its weights or its input. */
public class PartException extends SeriatimException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message one sentence naming part and key, expected and found
   */
  public PartException(String message) {
    super(message);
  }

  /**
   * @param message one sentence naming part and key, expected and found
   * @param cause what it came from
   */
  public PartException(String message, Throwable cause) {
    super(message, cause);
  }

  /** The usual form: {@code part: key: expected …, found …}. */
  public static PartException of(String part, String key, String expected, String found) {
    return new PartException(part + ": " + key + ": expected " + expected + ", found " + found);
  }

  /**
   * Refuses what does not hold; for checks of a configuration.
   *
   * @param part id of the part
   * @throws PartException in the usual form, when {@code holds} is false
   */
  public static void require(
      boolean holds, String part, String key, String expected, Object found) {
    if (!holds) {
      throw of(part, key, expected, String.valueOf(found));
    }
  }
}
