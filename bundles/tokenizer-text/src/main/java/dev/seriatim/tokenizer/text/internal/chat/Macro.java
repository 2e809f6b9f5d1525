package dev.seriatim.tokenizer.text.internal.chat;

import java.util.Map;

/**
 * A part of a template that is called by its name.
 *
 * @param parameters with their defaults; null for those without
 * @param body of it
 * @param around what names stand for where it was written
 */
record Macro(Map<String, Expression> parameters, Statement body, Scope around) {
  /** What it prints. */
  String call(Arguments with, Scope caller) {
    caller.budget().enter();
    Scope scope = around.inner();
    int place = 0;
    for (Map.Entry<String, Expression> parameter : parameters.entrySet()) {
      Object value = with.get(place++, parameter.getKey(), Values.UNDEFINED);
      boolean given = value != Values.UNDEFINED || parameter.getValue() == null;
      scope.set(parameter.getKey(), given ? value : parameter.getValue().value(scope));
    }
    StringBuilder out = new StringBuilder();
    body.run(scope, out);
    caller.budget().leave();
    return out.toString();
  }
}
