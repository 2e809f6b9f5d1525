package dev.seriatim.tokenizer.text.internal.chat;

/** Something that prints or changes what names stand for. */
@FunctionalInterface
interface Statement {
  /** How a loop goes on after a statement. */
  enum Next {
    /** With the next statement. */
    ON,
    /** With the next turn. */
    CONTINUE,
    /** Not at all. */
    BREAK
  }

  /** Does it. */
  Next run(Scope scope, StringBuilder out);
}
