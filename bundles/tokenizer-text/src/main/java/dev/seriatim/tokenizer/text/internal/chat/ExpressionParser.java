package dev.seriatim.tokenizer.text.internal.chat;

import dev.seriatim.tokenizer.text.internal.chat.Token.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads expressions, from the loosest binding to the tightest. */
final class ExpressionParser {
  private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");

  /** Tests that take a value after their name. */
  private static final Set<String> TESTS_WITH_VALUE = Set.of("equalto", "eq", "ne", "in");

  private final List<Token> tokens;
  private int at;

  ExpressionParser(List<Token> tokens) {
    this.tokens = tokens;
  }

  // The pieces, for statements too.

  Token peek() {
    return tokens.get(at);
  }

  /** The piece after the next one. */
  Token ahead() {
    return tokens.get(at + 1);
  }

  Token take() {
    return tokens.get(at++);
  }

  boolean takes(Kind kind, String text) {
    boolean found = peek().is(kind, text);
    if (found) {
      at++;
    }
    return found;
  }

  boolean takesWord(String word) {
    return takes(Kind.NAME, word);
  }

  Token expect(Kind kind, String text) {
    if (!peek().is(kind, text)) {
      throw new TemplateError(peek().line(), "'" + text + "'", shown(peek()));
    }
    return take();
  }

  String expectName() {
    if (peek().kind() != Kind.NAME) {
      throw new TemplateError(peek().line(), "a name", shown(peek()));
    }
    return take().text();
  }

  static String shown(Token token) {
    return token.kind() == Kind.END ? token.text() : "'" + token.text() + "'";
  }

  /** One or several by commas; several are a list. */
  Expression several() {
    Expression first = one();
    if (!peek().is(Kind.OPERATOR, ",")) {
      return first;
    }
    List<Expression> all = new ArrayList<>(List.of(first));
    while (takes(Kind.OPERATOR, ",") && peek().kind() != Kind.STATEMENT_END) {
      all.add(one());
    }
    return list(all);
  }

  /** {@code a if b else c}. */
  Expression one() {
    Expression value = or();
    while (takesWord("if")) {
      Expression then = value;
      Expression condition = or();
      Expression otherwise = takesWord("else") ? one() : scope -> Values.UNDEFINED;
      value =
          scope ->
              Values.truth(condition.value(scope)) ? then.value(scope) : otherwise.value(scope);
    }
    return value;
  }

  /** Without {@code if}, which would belong to a loop. */
  Expression or() {
    Expression value = and();
    while (takesWord("or")) {
      Expression left = value;
      Expression right = and();
      value =
          scope -> {
            Object found = left.value(scope);
            return Values.truth(found) ? found : right.value(scope);
          };
    }
    return value;
  }

  private Expression and() {
    Expression value = not();
    while (takesWord("and")) {
      Expression left = value;
      Expression right = not();
      value =
          scope -> {
            Object found = left.value(scope);
            return Values.truth(found) ? right.value(scope) : found;
          };
    }
    return value;
  }

  private Expression not() {
    if (takesWord("not")) {
      Expression value = not();
      return scope -> !Values.truth(value.value(scope));
    }
    return comparison();
  }

  private Expression comparison() {
    Expression value = sum();
    while (true) {
      Expression left = value;
      if (peek().kind() == Kind.OPERATOR && COMPARISONS.contains(peek().text())) {
        String operator = take().text();
        Expression right = sum();
        value = scope -> compare(operator, left.value(scope), right.value(scope));
      } else if (takesWord("in")) {
        Expression right = sum();
        value = scope -> Values.contains(right.value(scope), left.value(scope));
      } else if (peek().is(Kind.NAME, "not") && tokens.get(at + 1).is(Kind.NAME, "in")) {
        at += 2;
        Expression right = sum();
        value = scope -> !Values.contains(right.value(scope), left.value(scope));
      } else {
        return value;
      }
    }
  }

  private static boolean compare(String operator, Object left, Object right) {
    return switch (operator) {
      case "==" -> Values.equal(left, right);
      case "!=" -> !Values.equal(left, right);
      case "<" -> Values.compare(left, right) < 0;
      case "<=" -> Values.compare(left, right) <= 0;
      case ">" -> Values.compare(left, right) > 0;
      default -> Values.compare(left, right) >= 0;
    };
  }

  private Expression sum() {
    Expression value = concatenation();
    while (peek().is(Kind.OPERATOR, "+") || peek().is(Kind.OPERATOR, "-")) {
      value = calculation(take().text(), value, concatenation());
    }
    return value;
  }

  private Expression concatenation() {
    Expression value = product();
    while (takes(Kind.OPERATOR, "~")) {
      value = calculation("~", value, product());
    }
    return value;
  }

  private Expression product() {
    Expression value = power();
    while (peek().kind() == Kind.OPERATOR && Set.of("*", "/", "//", "%").contains(peek().text())) {
      value = calculation(take().text(), value, power());
    }
    return value;
  }

  private Expression power() {
    Expression value = unary(true);
    while (takes(Kind.OPERATOR, "**")) {
      value = calculation("**", value, unary(true));
    }
    return value;
  }

  private static Expression calculation(String operator, Expression left, Expression right) {
    return scope -> Values.calculate(operator, left.value(scope), right.value(scope));
  }

  private Expression unary(boolean withFilters) {
    Expression value;
    if (takes(Kind.OPERATOR, "-")) {
      Expression positive = unary(false);
      value = scope -> Values.calculate("-", 0L, positive.value(scope));
    } else if (takes(Kind.OPERATOR, "+")) {
      value = unary(false);
    } else {
      value = primary();
    }
    value = postfix(value);
    return withFilters ? filtered(value) : value;
  }

  private Expression primary() {
    Token token = take();
    switch (token.kind()) {
      case STRING -> {
        StringBuilder text = new StringBuilder(token.text());
        while (peek().kind() == Kind.STRING) {
          text.append(take().text());
        }
        String all = text.toString();
        return scope -> all;
      }
      case NUMBER -> {
        Object number = number(token);
        return scope -> number;
      }
      case NAME -> {
        return name(token);
      }
      case OPERATOR -> {
        if (token.text().equals("[")) {
          return list(until("]"));
        } else if (token.text().equals("{")) {
          return map();
        } else if (token.text().equals("(")) {
          return parenthesis();
        }
      }
      default -> {
        // refused below
      }
    }
    throw new TemplateError(token.line(), "an expression", shown(token));
  }

  private static Object number(Token token) {
    try {
      return token.text().contains(".")
          ? (Object) Double.valueOf(token.text())
          : (Object) Long.valueOf(token.text());
    } catch (NumberFormatException e) {
      throw new TemplateError(token.line(), "a number", shown(token));
    }
  }

  private Expression name(Token token) {
    String name = token.text();
    return switch (name) {
      case "true", "True" -> scope -> true;
      case "false", "False" -> scope -> false;
      case "none", "None" -> scope -> null;
      default -> peek().is(Kind.OPERATOR, "(") ? call(token) : scope -> scope.get(name);
    };
  }

  private Expression call(Token token) {
    String name = token.text();
    take();
    Call with = arguments();
    return scope -> {
      Arguments arguments = with.of(name, scope);
      if (scope.get(name) instanceof Macro macro) {
        return macro.call(arguments, scope);
      } else if (Builtins.isFunction(name)) {
        return Builtins.function(arguments);
      }
      throw new TemplateError(token.line(), "a function that is there", name + "()");
    };
  }

  private Expression parenthesis() {
    if (takes(Kind.OPERATOR, ")")) {
      return list(List.of());
    }
    Expression first = one();
    if (takes(Kind.OPERATOR, ")")) {
      return first;
    }
    expect(Kind.OPERATOR, ",");
    List<Expression> all = new ArrayList<>(List.of(first));
    all.addAll(until(")"));
    return list(all);
  }

  private List<Expression> until(String close) {
    List<Expression> all = new ArrayList<>();
    while (!takes(Kind.OPERATOR, close)) {
      all.add(one());
      if (!peek().is(Kind.OPERATOR, close)) {
        expect(Kind.OPERATOR, ",");
      }
    }
    return all;
  }

  private static Expression list(List<Expression> elements) {
    return scope -> {
      List<Object> list = new ArrayList<>();
      elements.forEach(each -> list.add(each.value(scope)));
      return list;
    };
  }

  private Expression map() {
    Map<Expression, Expression> entries = new LinkedHashMap<>();
    while (!takes(Kind.OPERATOR, "}")) {
      Expression key = one();
      expect(Kind.OPERATOR, ":");
      entries.put(key, one());
      if (!peek().is(Kind.OPERATOR, "}")) {
        expect(Kind.OPERATOR, ",");
      }
    }
    return scope -> {
      Map<Object, Object> map = new LinkedHashMap<>();
      entries.forEach((key, value) -> map.put(key.value(scope), value.value(scope)));
      return map;
    };
  }

  private Expression postfix(Expression value) {
    Expression all = value;
    while (true) {
      Expression target = all;
      if (takes(Kind.OPERATOR, ".")) {
        all = member(target);
      } else if (takes(Kind.OPERATOR, "[")) {
        all = subscript(target);
      } else {
        return all;
      }
    }
  }

  private Expression member(Expression target) {
    String name = peek().kind() == Kind.NUMBER ? null : expectName();
    if (name == null) {
      Object index = number(take());
      return scope -> Values.element(target.value(scope), index);
    }
    if (takes(Kind.OPERATOR, "(")) {
      Call with = arguments();
      return scope -> Builtins.method(target.value(scope), with.of(name, scope));
    }
    return scope -> Values.element(target.value(scope), name);
  }

  private Expression subscript(Expression target) {
    Expression first = peek().is(Kind.OPERATOR, ":") ? null : one();
    if (first != null && takes(Kind.OPERATOR, "]")) {
      return scope -> Values.element(target.value(scope), first.value(scope));
    }
    expect(Kind.OPERATOR, ":");
    Expression end = isBound() ? one() : null;
    Expression step = takes(Kind.OPERATOR, ":") && isBound() ? one() : null;
    expect(Kind.OPERATOR, "]");
    return scope ->
        Values.slice(
            target.value(scope), bound(first, scope), bound(end, scope), bound(step, scope));
  }

  private boolean isBound() {
    return !peek().is(Kind.OPERATOR, ":") && !peek().is(Kind.OPERATOR, "]");
  }

  private static Long bound(Expression bound, Scope scope) {
    Object value = bound == null ? null : bound.value(scope);
    if (value == null || value instanceof Long) {
      return (Long) value;
    }
    throw new TemplateError("slice: expected a whole number, found " + Values.text(value));
  }

  private Expression filtered(Expression value) {
    Expression all = value;
    while (true) {
      Expression target = all;
      if (takes(Kind.OPERATOR, "|")) {
        String name = expectName();
        Call with = takes(Kind.OPERATOR, "(") ? arguments() : new Call(List.of(), Map.of());
        all = postfix(scope -> Builtins.filter(target.value(scope), with.of(name, scope)));
      } else if (takesWord("is")) {
        boolean wanted = !takesWord("not");
        String name = expectName();
        Expression with =
            TESTS_WITH_VALUE.contains(name) ? unary(false) : scope -> Values.UNDEFINED;
        all = scope -> Builtins.test(target.value(scope), name, with.value(scope)) == wanted;
      } else {
        return all;
      }
    }
  }

  /** The arguments of a call as they are written. */
  private record Call(List<Expression> places, Map<String, Expression> names) {
    Arguments of(String name, Scope scope) {
      List<Object> byPlace = new ArrayList<>();
      places.forEach(each -> byPlace.add(each.value(scope)));
      Map<String, Object> byName = new LinkedHashMap<>();
      names.forEach((key, each) -> byName.put(key, each.value(scope)));
      return new Arguments(name, byPlace, byName);
    }
  }

  /** After the bracket that opens. */
  private Call arguments() {
    List<Expression> places = new ArrayList<>();
    Map<String, Expression> names = new LinkedHashMap<>();
    while (!takes(Kind.OPERATOR, ")")) {
      if (peek().kind() == Kind.NAME && tokens.get(at + 1).is(Kind.OPERATOR, "=")) {
        String name = take().text();
        take();
        names.put(name, one());
      } else {
        places.add(one());
      }
      if (!peek().is(Kind.OPERATOR, ")")) {
        expect(Kind.OPERATOR, ",");
      }
    }
    return new Call(places, names);
  }
}
