package dev.seriatim.engine.pytorch.internal;

/**
 * Kernel text in which comments and the contents of strings are blank, so that what is left can be
 * searched for code. Offsets and lines are those of the original. A string leaves one quote, at its
 * start.
 */
final class MaskedText {
  private final String text;
  private final char[] masked;
  private int at;

  private MaskedText(String text) {
    this.text = text;
    this.masked = text.toCharArray();
  }

  static String of(String text) {
    MaskedText masking = new MaskedText(text);
    masking.run();
    return new String(masking.masked);
  }

  private void run() {
    while (at < masked.length) {
      char c = text.charAt(at);
      if (c == '#') {
        int end = text.indexOf('\n', at);
        blankUntil(end < 0 ? masked.length : end);
      } else if (c == '"' || c == '\'') {
        string(c);
      } else {
        at++;
      }
    }
  }

  private void string(char quote) {
    String triple = String.valueOf(quote).repeat(3);
    boolean isLong = text.startsWith(triple, at);
    masked[at] = '"';
    int end = at + (isLong ? 3 : 1);
    while (end < masked.length) {
      char c = text.charAt(end);
      if (c == '\\') {
        end += 2;
      } else if (isLong ? text.startsWith(triple, end) : c == quote || c == '\n') {
        break;
      } else {
        end++;
      }
    }
    int length = isLong ? 3 : end < masked.length && text.charAt(end) == quote ? 1 : 0;
    at++;
    blankUntil(Math.min(end + length, masked.length));
  }

  private void blankUntil(int end) {
    for (; at < end; at++) {
      if (masked[at] != '\n') {
        masked[at] = ' ';
      }
    }
  }
}
