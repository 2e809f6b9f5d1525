package dev.seriatim.tokenizer.text.internal.chat;

import dev.seriatim.api.part.PartException;

/** A chat template is not understood, or refuses the messages. */
final class TemplateError extends PartException {
  private static final long serialVersionUID = 1L;

  TemplateError(String message) {
    super("chat template: " + message);
  }

  TemplateError(int line, String expected, String found) {
    this("line " + line + ": expected " + expected + ", found " + found);
  }
}
