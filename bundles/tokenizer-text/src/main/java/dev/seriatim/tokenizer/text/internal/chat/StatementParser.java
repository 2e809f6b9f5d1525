package dev.seriatim.tokenizer.text.internal.chat;

import dev.seriatim.tokenizer.text.internal.chat.Statement.Next;
import dev.seriatim.tokenizer.text.internal.chat.Token.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads statements. */
final class StatementParser {
  private final ExpressionParser pieces;

  private StatementParser(List<Token> tokens) {
    this.pieces = new ExpressionParser(tokens);
  }

  /** A whole template. */
  static Statement parse(List<Token> tokens) {
    StatementParser parser = new StatementParser(tokens);
    Statement all = parser.block();
    Token token = parser.pieces.peek();
    if (token.kind() != Kind.END) {
      throw new TemplateError(
          token.line(), "a statement", "'" + parser.word() + "', which nothing begins");
    }
    return all;
  }

  /** The word that begins the next statement; empty when something else comes. */
  private String word() {
    Token token = pieces.peek();
    return token.kind() == Kind.STATEMENT_BEGIN ? pieces.ahead().text() : "";
  }

  /** Statements up to one that ends a block. */
  private Statement block() {
    List<Statement> all = new ArrayList<>();
    while (pieces.peek().kind() != Kind.END && !endsBlock(word())) {
      all.add(statement());
    }
    return (scope, out) -> {
      for (Statement each : all) {
        Next next = each.run(scope, out);
        if (next != Next.ON) {
          return next;
        }
      }
      return Next.ON;
    };
  }

  private static boolean endsBlock(String word) {
    return word.startsWith("end") || word.equals("else") || word.equals("elif");
  }

  private Statement statement() {
    Token token = pieces.take();
    if (token.kind() == Kind.TEXT) {
      return (scope, out) -> print(token.text(), out);
    } else if (token.kind() == Kind.OUTPUT_BEGIN) {
      Expression value = pieces.several();
      pieces.expect(Kind.OUTPUT_END, "}}");
      return (scope, out) -> print(Values.text(value.value(scope)), out);
    }
    String word = pieces.expectName();
    return switch (word) {
      case "if" -> condition();
      case "for" -> loop();
      case "set" -> assignment();
      case "macro" -> macro();
      case "generation" -> {
        end();
        Statement body = block();
        closing("endgeneration");
        yield body;
      }
      case "break" -> {
        end();
        yield (scope, out) -> Next.BREAK;
      }
      case "continue" -> {
        end();
        yield (scope, out) -> Next.CONTINUE;
      }
      default ->
          throw new TemplateError(
              token.line(), "if, for, set, macro, generation, break or continue", word);
    };
  }

  private static Next print(String text, StringBuilder out) {
    if (out.length() + text.length() > ChatTemplate.LONGEST) {
      throw new TemplateError(
          "expected at most " + ChatTemplate.LONGEST + " characters to be printed, found more");
    }
    out.append(text);
    return Next.ON;
  }

  private void end() {
    pieces.expect(Kind.STATEMENT_END, "%}");
  }

  private void closing(String word) {
    Token token = pieces.peek();
    if (!word().equals(word)) {
      throw new TemplateError(token.line(), "'" + word + "'", "'" + word() + "'");
    }
    pieces.take();
    pieces.take();
    end();
  }

  /** Takes the beginning of a statement when it begins with a word. */
  private boolean takesStatement(String word) {
    boolean found = word().equals(word);
    if (found) {
      pieces.take();
      pieces.take();
    }
    return found;
  }

  private Statement condition() {
    Expression condition = pieces.several();
    end();
    Statement then = block();
    Statement otherwise = (scope, out) -> Next.ON;
    if (takesStatement("elif")) {
      otherwise = condition();
    } else {
      if (takesStatement("else")) {
        end();
        otherwise = block();
      }
      closing("endif");
    }
    Statement other = otherwise;
    return (scope, out) ->
        Values.truth(condition.value(scope)) ? then.run(scope, out) : other.run(scope, out);
  }

  private Statement loop() {
    List<String> names = new ArrayList<>();
    boolean bracket = pieces.takes(Kind.OPERATOR, "(");
    do {
      names.add(pieces.expectName());
    } while (pieces.takes(Kind.OPERATOR, ","));
    if (bracket) {
      pieces.expect(Kind.OPERATOR, ")");
    }
    pieces.expect(Kind.NAME, "in");
    Expression elements = pieces.or();
    Expression filter = pieces.takesWord("if") ? pieces.one() : scope -> true;
    end();
    Statement body = block();
    Statement otherwise = (scope, out) -> Next.ON;
    if (takesStatement("else")) {
      end();
      otherwise = block();
    }
    closing("endfor");
    return new Loop(names, elements, filter, body, otherwise);
  }

  private Statement assignment() {
    List<String> names = new ArrayList<>();
    names.add(pieces.expectName());
    String attribute = pieces.takes(Kind.OPERATOR, ".") ? pieces.expectName() : null;
    while (pieces.takes(Kind.OPERATOR, ",")) {
      names.add(pieces.expectName());
    }
    if (!pieces.takes(Kind.OPERATOR, "=")) {
      end();
      Statement body = block();
      closing("endset");
      return (scope, out) -> {
        StringBuilder text = new StringBuilder();
        body.run(scope.inner(), text);
        return assign(names, attribute, text.toString(), scope);
      };
    }
    Expression value = pieces.several();
    end();
    return (scope, out) -> assign(names, attribute, value.value(scope), scope);
  }

  private static Next assign(List<String> names, String attribute, Object value, Scope scope) {
    if (attribute != null) {
      if (!(scope.get(names.get(0)) instanceof Map<?, ?> namespace)) {
        throw new TemplateError(
            "set: expected a namespace, found " + names.get(0) + ", which is none");
      }
      @SuppressWarnings("unchecked") // namespaces are made with names alone
      Map<Object, Object> writable = (Map<Object, Object>) namespace;
      writable.put(attribute, value);
      return Next.ON;
    }
    Loop.bind(names, value, scope);
    return Next.ON;
  }

  private Statement macro() {
    String name = pieces.expectName();
    pieces.expect(Kind.OPERATOR, "(");
    Map<String, Expression> parameters = new LinkedHashMap<>();
    while (!pieces.takes(Kind.OPERATOR, ")")) {
      String parameter = pieces.expectName();
      parameters.put(parameter, pieces.takes(Kind.OPERATOR, "=") ? pieces.one() : null);
      pieces.takes(Kind.OPERATOR, ",");
    }
    end();
    Statement body = block();
    closing("endmacro");
    return (scope, out) -> {
      scope.set(name, new Macro(parameters, body, scope));
      return Next.ON;
    };
  }
}
