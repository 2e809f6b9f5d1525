package dev.seriatim.tokenizer.text.internal.chat;

import dev.seriatim.tokenizer.text.internal.chat.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Takes a template to pieces. White space is treated as chat templates expect it: the first line
 * end after a statement goes, and so does what indents one; a minus at a bracket takes all on its
 * side.
 */
final class Tokens {
  private static final Set<String> LONG_OPERATORS = Set.of("==", "!=", "<=", ">=", "//", "**");
  private static final String OPERATORS = "+-*/%~<>=()[]{}.,:|";

  private final String source;
  private final List<Token> tokens = new ArrayList<>();
  private int at;
  private boolean lineBegins = true;

  /** The line of the place up to which lines were counted. */
  private int line = 1;

  private int counted;

  private Tokens(String source) {
    this.source = source;
  }

  static List<Token> of(String template) {
    String source = template.replace("\r\n", "\n").replace('\r', '\n');
    if (source.endsWith("\n")) {
      source = source.substring(0, source.length() - 1);
    }
    Tokens all = new Tokens(source);
    while (all.at < all.source.length()) {
      all.next();
    }
    all.add(Kind.END, "the end of the template");
    return all.tokens;
  }

  private void next() {
    int open = open();
    String text = source.substring(at, open);
    char kind = open + 1 < source.length() ? source.charAt(open + 1) : ' ';
    char sign = open + 2 < source.length() ? source.charAt(open + 2) : ' ';
    if (open < source.length()) {
      if (sign == '-') {
        text = text.stripTrailing();
      } else if (kind != '{' && sign != '+') {
        text = withoutIndent(text);
      }
    }
    if (!text.isEmpty()) {
      add(Kind.TEXT, text);
    }
    at = open;
    if (open < source.length()) {
      at += sign == '-' || sign == '+' ? 3 : 2;
      if (kind == '#') {
        comment();
      } else {
        tag(kind == '{');
      }
    }
  }

  /** Where the next bracket opens; the length when there is none. */
  private int open() {
    for (int i = at; i + 1 < source.length(); i++) {
      if (source.charAt(i) == '{' && "{%#".indexOf(source.charAt(i + 1)) >= 0) {
        return i;
      }
    }
    return source.length();
  }

  private String withoutIndent(String text) {
    int line = text.lastIndexOf('\n') + 1;
    boolean indent = (line > 0 || lineBegins) && text.substring(line).isBlank();
    return indent ? text.substring(0, line) : text;
  }

  private void comment() {
    int close = source.indexOf("#}", at);
    if (close < 0) {
      throw new TemplateError(line(), "the end of a comment", "none");
    }
    boolean minus = source.charAt(close - 1) == '-' && close > at;
    at = close + 2;
    afterBracket(minus, true);
  }

  private void tag(boolean output) {
    add(output ? Kind.OUTPUT_BEGIN : Kind.STATEMENT_BEGIN, "");
    String close = output ? "}}" : "%}";
    int depth = 0;
    while (true) {
      while (at < source.length() && Character.isWhitespace(source.charAt(at))) {
        at++;
      }
      if (at >= source.length()) {
        throw new TemplateError(line(), close, "the end of the template");
      }
      boolean sign = "-+".indexOf(source.charAt(at)) >= 0 && source.startsWith(close, at + 1);
      if (depth == 0 && (sign || source.startsWith(close, at))) {
        boolean minus = source.charAt(at) == '-';
        boolean plus = source.charAt(at) == '+';
        add(output ? Kind.OUTPUT_END : Kind.STATEMENT_END, close);
        at += sign ? 3 : 2;
        afterBracket(minus, !output && !plus);
        return;
      }
      String operator = token();
      depth += operator.equals("{") ? 1 : operator.equals("}") ? -1 : 0;
    }
  }

  /** The white space after a bracket. */
  private void afterBracket(boolean all, boolean lineEnd) {
    int before = at;
    if (all) {
      while (at < source.length() && Character.isWhitespace(source.charAt(at))) {
        at++;
      }
    } else if (lineEnd && at < source.length() && source.charAt(at) == '\n') {
      at++;
    }
    lineBegins = at > before && source.charAt(at - 1) == '\n';
  }

  /**
   * One token of an expression.
   *
   * @return its text where it is an operator; else nothing
   */
  private String token() {
    char c = source.charAt(at);
    if (c == '\'' || c == '"') {
      string(c);
    } else if (Character.isDigit(c)) {
      number();
    } else if (Character.isJavaIdentifierStart(c)) {
      int from = at;
      while (at < source.length() && Character.isJavaIdentifierPart(source.charAt(at))) {
        at++;
      }
      add(Kind.NAME, source.substring(from, at));
    } else {
      boolean two = at + 2 <= source.length();
      String pair = two ? source.substring(at, at + 2) : "";
      String operator = LONG_OPERATORS.contains(pair) ? pair : String.valueOf(c);
      if (operator.length() == 1 && OPERATORS.indexOf(c) < 0) {
        throw new TemplateError(line(), "an expression", "'" + c + "'");
      }
      add(Kind.OPERATOR, operator);
      at += operator.length();
      return operator;
    }
    return "";
  }

  private void number() {
    int from = at;
    while (at < source.length() && (Character.isDigit(source.charAt(at)) || decimalPoint())) {
      at++;
    }
    add(Kind.NUMBER, source.substring(from, at));
  }

  private boolean decimalPoint() {
    return source.charAt(at) == '.'
        && at + 1 < source.length()
        && Character.isDigit(source.charAt(at + 1));
  }

  private void string(char quote) {
    StringBuilder value = new StringBuilder();
    int begin = at++;
    while (at < source.length() && source.charAt(at) != quote) {
      char c = source.charAt(at++);
      if (c == '\\' && at < source.length()) {
        escape(value);
      } else {
        value.append(c);
      }
    }
    if (at >= source.length()) {
      at = begin;
      throw new TemplateError(line(), "the end of a string", "none");
    }
    at++;
    add(Kind.STRING, value.toString());
  }

  private void escape(StringBuilder value) {
    char c = source.charAt(at++);
    switch (c) {
      case 'n' -> value.append('\n');
      case 't' -> value.append('\t');
      case 'r' -> value.append('\r');
      case '\\', '\'', '"' -> value.append(c);
      case 'x' -> hexadecimal(value, 2);
      case 'u' -> hexadecimal(value, 4);
      default -> value.append('\\').append(c);
    }
  }

  private void hexadecimal(StringBuilder value, int digits) {
    int end = Math.min(source.length(), at + digits);
    try {
      value.append((char) Integer.parseInt(source.substring(at, end), 16));
    } catch (NumberFormatException e) {
      throw new TemplateError(
          line(), digits + " hexadecimal digits", "'" + source.substring(at, end) + "'");
    }
    at = end;
  }

  private int line() {
    while (counted < Math.min(at, source.length())) {
      line += source.charAt(counted++) == '\n' ? 1 : 0;
    }
    return line;
  }

  private void add(Kind kind, String text) {
    tokens.add(new Token(kind, text, line()));
  }
}
