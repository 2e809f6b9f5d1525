package dev.seriatim.api.model;

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
}
