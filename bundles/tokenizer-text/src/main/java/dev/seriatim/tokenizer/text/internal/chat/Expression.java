package dev.seriatim.tokenizer.text.internal.chat;

/** Something that has a value. */
@FunctionalInterface
interface Expression {
  /** Its value where names stand for what the scope says. */
  Object value(Scope scope);
}
