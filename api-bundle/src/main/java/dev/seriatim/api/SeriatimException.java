package dev.seriatim.api;

/**
 * What goes wrong for a reason that a user can act on. The message is one sentence that names the
 * thing (part, model, file, key), what was expected and what was found.
 */
public class SeriatimException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message one sentence for the user
   */
  public SeriatimException(String message) {
    super(message);
  }

  /**
   * @param message one sentence for the user
   * @param cause what it came from
   */
  public SeriatimException(String message, Throwable cause) {
    super(message, cause);
  }
}
