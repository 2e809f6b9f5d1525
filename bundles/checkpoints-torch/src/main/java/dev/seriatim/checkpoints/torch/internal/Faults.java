package dev.seriatim.checkpoints.torch.internal;

import dev.seriatim.api.weights.CheckpointException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The wording of refusals for one file: file, key, expected, found. */
record Faults(Path file) {
  private static final int LONGEST_QUOTE = 80;

  CheckpointException refuse(String key, String expected, Object found) {
    return new CheckpointException(
        file + ": " + key + ": expected " + expected + ", found " + found);
  }

  CheckpointException refuse(String key, String expected, Object found, Throwable cause) {
    return new CheckpointException(
        file + ": " + key + ": expected " + expected + ", found " + found, cause);
  }

  CheckpointException unreadable(IOException cause) {
    return new CheckpointException(file + ": cannot be read: " + cause.getMessage(), cause);
  }

  /** Bytes as text, strictly UTF-8. */
  String utf8(String key, byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw refuse(key, "UTF-8", "other bytes", e);
    }
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
