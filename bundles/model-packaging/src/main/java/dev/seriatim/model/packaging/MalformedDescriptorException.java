package dev.seriatim.model.packaging;

/** A model descriptor that cannot be read; the message names the key and what is wrong with it. */
public final class MalformedDescriptorException extends Exception {

  private static final long serialVersionUID = 1L;

  MalformedDescriptorException(String message) {
    super(message);
  }

  MalformedDescriptorException(String key, String expected, Object found) {
    super(key + ": expected " + expected + ", found " + found);
  }
}
