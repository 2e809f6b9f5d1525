package dev.seriatim.tokenizer.text.internal.chat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code for … in … if …}.
 *
 * @param names that an element is given to
 * @param elements to go through
 * @param filter that they have to pass
 * @param body for each
 * @param otherwise where there are none
 */
record Loop(
    List<String> names, Expression elements, Expression filter, Statement body, Statement otherwise)
    implements Statement {
  @Override
  public Next run(Scope scope, StringBuilder out) {
    List<Object> passed = new ArrayList<>();
    for (Object element : Values.elements(elements.value(scope))) {
      scope.budget().turn();
      Scope inner = scope.inner();
      bind(names, element, inner);
      if (Values.truth(filter.value(inner))) {
        passed.add(element);
      }
    }
    if (passed.isEmpty()) {
      return otherwise.run(scope, out);
    }
    for (int i = 0; i < passed.size(); i++) {
      scope.budget().turn();
      Scope inner = scope.inner();
      bind(names, passed.get(i), inner);
      inner.set("loop", state(passed, i));
      if (body.run(inner, out) == Next.BREAK) {
        break;
      }
    }
    return Next.ON;
  }

  /** Gives a value to a name, or its elements to several. */
  static void bind(List<String> names, Object value, Scope scope) {
    if (names.size() == 1) {
      scope.set(names.get(0), value);
      return;
    }
    List<?> values = Values.elements(value);
    if (values.size() != names.size()) {
      throw new TemplateError(
          "expected " + names.size() + " values for " + names + ", found " + values.size());
    }
    for (int i = 0; i < names.size(); i++) {
      scope.set(names.get(i), values.get(i));
    }
  }

  private static Map<String, Object> state(List<Object> all, int index) {
    Map<String, Object> loop = new HashMap<>();
    loop.put("index0", (long) index);
    loop.put("index", index + 1L);
    loop.put("revindex0", all.size() - 1L - index);
    loop.put("revindex", (long) all.size() - index);
    loop.put("length", (long) all.size());
    loop.put("first", index == 0);
    loop.put("last", index == all.size() - 1);
    loop.put("previtem", index > 0 ? all.get(index - 1) : Values.UNDEFINED);
    loop.put("nextitem", index + 1 < all.size() ? all.get(index + 1) : Values.UNDEFINED);
    return loop;
  }
}
