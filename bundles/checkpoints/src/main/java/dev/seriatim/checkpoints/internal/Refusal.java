package dev.seriatim.checkpoints.internal;

import dev.seriatim.api.weights.CheckpointException;
import java.io.IOException;
import java.nio.file.Path;

/** The wording of refusals: file, key, expected, found. */
final class Refusal {
  private static final int LONGEST_QUOTE = 80;

  private Refusal() {}

  static CheckpointException of(Path file, String key, String expected, Object found) {
    return new CheckpointException(
        file + ": " + key + ": expected " + expected + ", found " + found);
  }

  static CheckpointException of(
      Path file, String key, String expected, Object found, Throwable cause) {
    return new CheckpointException(
        file + ": " + key + ": expected " + expected + ", found " + found, cause);
  }

  static CheckpointException unreadable(Path file, IOException cause) {
    return new CheckpointException(file + ": cannot be read: " + cause.getMessage(), cause);
  }

  /** Text from a file, fit for a message: quoted, escaped, not longer than a line. */
  static String quote(String text) {
    StringBuilder quoted = new StringBuilder("'");
    text.codePoints()
        .limit(LONGEST_QUOTE)
        .forEach(
            c -> {
              if (Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE) {
                quoted.append(String.format("\\u%04x", c));
              } else {
                quoted.appendCodePoint(c);
              }
            });
    return quoted.append(text.length() > LONGEST_QUOTE ? "…'" : "'").toString();
  }
}
