package dev.seriatim.api.model;

import java.util.Arrays;
import java.util.List;

/** What a sample is asked to be. Values; new kinds may be added by implementing this interface. */
public interface Condition {
  /** No condition. */
  Condition NONE = new None();

  /** No condition; equal to {@link #NONE}. */
  record None() implements Condition {}

  /**
   * A class.
   *
   * @param index from 0, into {@link ConditionSpace#labels()}
   */
  record Label(int index) implements Condition {}

  /**
   * A text.
   *
   * @param text the prompt
   */
  record Text(String text) implements Condition {}

  /**
   * A conversation, to be gone on with by the model.
   *
   * @param messages in order, at least one
   */
  record Chat(List<Message> messages) implements Condition {
    /** Checks and copies. */
    public Chat {
      messages = List.copyOf(messages);
      if (messages.isEmpty()) {
        throw new IllegalArgumentException("messages: expected at least one, found none");
      }
    }

    /**
     * What somebody said.
     *
     * @param role who it was, as the model's chat template names them: {@code system}, {@code
     *     user}, {@code assistant}
     * @param content the text
     */
    public record Message(String role, String content) {}
  }

  /**
   * Features of a caption, as a text encoder gives them.
   *
   * @param values [token, width], row-major; not copied
   * @param valid which tokens are real, one for each; the others are padding
   */
  record Features(float[] values, boolean[] valid) implements Condition {
    /** Checks that the tokens are of one width. */
    public Features {
      if (valid.length == 0 || values.length % valid.length != 0) {
        throw new IllegalArgumentException(
            "features: expected a multiple of "
                + valid.length
                + " tokens, found "
                + values.length
                + " numbers");
      }
    }

    /** Numbers per token. */
    public int width() {
      return values.length / valid.length;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Features f
          && Arrays.equals(values, f.values)
          && Arrays.equals(valid, f.valid);
    }

    @Override
    public int hashCode() {
      return 31 * Arrays.hashCode(values) + Arrays.hashCode(valid);
    }

    @Override
    public String toString() {
      return "Features[" + valid.length + "×" + width() + "]";
    }
  }
}
