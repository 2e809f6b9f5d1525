package dev.seriatim.api.model;

import dev.seriatim.api.SeriatimException;

/** A model was asked to generate and is not wired. */
public class ModelNotWiredException extends SeriatimException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message the model and the reason, in one sentence
   */
  public ModelNotWiredException(String message) {
    super(message);
  }
}
