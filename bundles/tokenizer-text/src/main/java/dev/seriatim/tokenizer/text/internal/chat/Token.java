package dev.seriatim.tokenizer.text.internal.chat;

/**
 * A piece of a template.
 *
 * @param kind of piece
 * @param text of it; of a string, its value
 * @param line from 1
 */
record Token(Kind kind, String text, int line) {
  /** What a piece is. */
  enum Kind {
    /** What is printed as it is. */
    TEXT,
    /** Begins an expression that is printed. */
    OUTPUT_BEGIN,
    /** Ends it. */
    OUTPUT_END,
    /** Begins a statement. */
    STATEMENT_BEGIN,
    /** Ends it. */
    STATEMENT_END,
    /** A name or a word of the language. */
    NAME,
    /** A string. */
    STRING,
    /** A number. */
    NUMBER,
    /** An operator or a bracket. */
    OPERATOR,
    /** After the last piece. */
    END
  }

  boolean is(Kind other, String value) {
    return kind == other && text.equals(value);
  }
}
