package dev.seriatim.api.weights;

import dev.seriatim.api.SeriatimException;

/** A checkpoint that cannot be read or written, or does not hold what a part needs. */
public class CheckpointException extends SeriatimException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message naming file, tensor or key, expected and found
   */
  public CheckpointException(String message) {
    super(message);
  }

  /**
   * @param message naming file, tensor or key, expected and found
   * @param cause what it came from
   */
  public CheckpointException(String message, Throwable cause) {
    super(message, cause);
  }
}
