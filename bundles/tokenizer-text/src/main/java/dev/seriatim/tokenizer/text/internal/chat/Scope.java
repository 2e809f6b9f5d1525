package dev.seriatim.tokenizer.text.internal.chat;

import java.util.HashMap;
import java.util.Map;

/** What names stand for: here, or else around. */
final class Scope {
  private final Scope around;
  private final Map<String, Object> names = new HashMap<>();
  private final Budget budget;

  /** What a template may use up, whatever it says. */
  static final class Budget {
    private static final int TURNS = 1_000_000;
    private static final int CALLS = 100;

    private int turns;
    private int depth;

    void turn() {
      if (++turns > TURNS) {
        throw new TemplateError("for: expected at most " + TURNS + " turns, found more");
      }
    }

    void enter() {
      if (++depth > CALLS) {
        throw new TemplateError("macro: expected at most " + CALLS + " calls in calls, found more");
      }
    }

    void leave() {
      depth--;
    }
  }

  private Scope(Scope around, Budget budget) {
    this.around = around;
    this.budget = budget;
  }

  static Scope of(Map<String, Object> variables) {
    Scope scope = new Scope(null, new Budget());
    scope.names.putAll(variables);
    return scope;
  }

  /** A scope in this one. */
  Scope inner() {
    return new Scope(this, budget);
  }

  Budget budget() {
    return budget;
  }

  Object get(String name) {
    for (Scope scope = this; scope != null; scope = scope.around) {
      if (scope.names.containsKey(name)) {
        return scope.names.get(name);
      }
    }
    return Values.UNDEFINED;
  }

  void set(String name, Object value) {
    names.put(name, value);
  }
}
