package dev.seriatim.tokenizer.text.internal.chat;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The values of templates and what can be done with them, as Python does it: strings, whole and
 * other numbers ({@link Long}, {@link Double}), truth values, lists, maps, null for none, and
 * {@link #UNDEFINED}.
 */
final class Values {
  /** What a name stands for that has not been set: false, empty, and good for nothing else. */
  static final Object UNDEFINED =
      new Object() {
        @Override
        public String toString() {
          return "something undefined";
        }
      };

  private Values() {}

  static boolean truth(Object value) {
    if (value == null || value == UNDEFINED) {
      return false;
    } else if (value instanceof Boolean flag) {
      return flag;
    } else if (value instanceof Number number) {
      return number.doubleValue() != 0;
    } else if (value instanceof String text) {
      return !text.isEmpty();
    } else if (value instanceof List<?> list) {
      return !list.isEmpty();
    }
    return !(value instanceof Map<?, ?> map) || !map.isEmpty();
  }

  /** As it is printed. */
  static String text(Object value) {
    if (value == UNDEFINED) {
      return "";
    }
    return value instanceof String text ? text : written(value);
  }

  /** As it is written in a program. */
  private static String written(Object value) {
    if (value == null) {
      return "None";
    } else if (value instanceof Boolean flag) {
      return flag ? "True" : "False";
    } else if (value instanceof String text) {
      String quote = text.contains("'") && !text.contains("\"") ? "\"" : "'";
      String escaped = text.replace("\\", "\\\\").replace("\n", "\\n");
      return quote + (quote.equals("'") ? escaped.replace("'", "\\'") : escaped) + quote;
    } else if (value instanceof List<?> list) {
      return "[" + String.join(", ", list.stream().map(Values::written).toList()) + "]";
    } else if (value instanceof Map<?, ?> map) {
      return "{"
          + String.join(
              ", ",
              map.entrySet().stream()
                  .map(e -> written(e.getKey()) + ": " + written(e.getValue()))
                  .toList())
          + "}";
    }
    return String.valueOf(value);
  }

  /**
   * As JSON, with spaces as Python puts them.
   *
   * @param indent spaces for each level; negative for one line
   */
  static String json(Object value, int indent) {
    StringBuilder json = new StringBuilder();
    writeJson(value, indent, 0, json);
    return json.toString();
  }

  private static void writeJson(Object value, int indent, int depth, StringBuilder json) {
    if (value instanceof Map<?, ?> map) {
      json.append('{');
      Iterator<? extends Map.Entry<?, ?>> entries = map.entrySet().iterator();
      while (entries.hasNext()) {
        Map.Entry<?, ?> entry = entries.next();
        newLine(indent, depth + 1, json);
        quote(text(entry.getKey()), json);
        json.append(": ");
        writeJson(entry.getValue(), indent, depth + 1, json);
        json.append(entries.hasNext() ? indent < 0 ? ", " : "," : "");
      }
      closing(map.isEmpty(), indent, depth, json);
      json.append('}');
    } else if (value instanceof List<?> list) {
      json.append('[');
      for (int i = 0; i < list.size(); i++) {
        newLine(indent, depth + 1, json);
        writeJson(list.get(i), indent, depth + 1, json);
        json.append(i + 1 < list.size() ? indent < 0 ? ", " : "," : "");
      }
      closing(list.isEmpty(), indent, depth, json);
      json.append(']');
    } else if (value instanceof String text) {
      quote(text, json);
    } else if (value == UNDEFINED) {
      throw new TemplateError("tojson: expected a value, found " + value);
    } else {
      json.append(value == null ? "null" : String.valueOf(value));
    }
  }

  private static void newLine(int indent, int depth, StringBuilder json) {
    if (indent >= 0) {
      json.append('\n').append(" ".repeat(indent * depth));
    }
  }

  private static void closing(boolean empty, int indent, int depth, StringBuilder json) {
    if (!empty) {
      newLine(indent, depth, json);
    }
  }

  private static void quote(String text, StringBuilder json) {
    json.append('"');
    for (char c : text.toCharArray()) {
      switch (c) {
        case '"', '\\' -> json.append('\\').append(c);
        case '\n' -> json.append("\\n");
        case '\r' -> json.append("\\r");
        case '\t' -> json.append("\\t");
        case '\b' -> json.append("\\b");
        case '\f' -> json.append("\\f");
        default ->
            json.append(
                c < ' ' ? String.format(Locale.ROOT, "\\u%04x", (int) c) : String.valueOf(c));
      }
    }
    json.append('"');
  }

  static boolean equal(Object left, Object right) {
    Object a = number(left);
    Object b = number(right);
    if (a instanceof Number x && b instanceof Number y) {
      return x.doubleValue() == y.doubleValue();
    }
    return a == null ? b == null : a.equals(b);
  }

  /** Truth values count as numbers. */
  private static Object number(Object value) {
    return value instanceof Boolean flag ? (Object) (flag ? 1L : 0L) : value;
  }

  static int compare(Object left, Object right) {
    if (number(left) instanceof Number a && number(right) instanceof Number b) {
      return Double.compare(a.doubleValue(), b.doubleValue());
    } else if (left instanceof String a && right instanceof String b) {
      return a.compareTo(b);
    }
    throw unfit("compare", left, right);
  }

  static boolean contains(Object container, Object value) {
    if (container instanceof String text && value instanceof String part) {
      return text.contains(part);
    } else if (container instanceof List<?> list) {
      return list.stream().anyMatch(each -> equal(each, value));
    } else if (container instanceof Map<?, ?> map) {
      return map.containsKey(value);
    }
    throw unfit("look for", value, container);
  }

  /** An operator between two values. */
  static Object calculate(String operator, Object left, Object right) {
    if (operator.equals("~")) {
      return text(left) + text(right);
    } else if (operator.equals("+") && left instanceof String a && right instanceof String b) {
      return a + b;
    } else if (operator.equals("+") && left instanceof List<?> a && right instanceof List<?> b) {
      return Stream.concat(a.stream(), b.stream()).toList();
    } else if (operator.equals("*") && left instanceof String a && right instanceof Long times) {
      if (a.length() * times > ChatTemplate.LONGEST) {
        throw new TemplateError("*: expected a text that is shorter, found it too long");
      }
      return a.repeat((int) Math.max(0, times));
    } else if (number(left) instanceof Long a && number(right) instanceof Long b) {
      return whole(operator, a, b);
    } else if (number(left) instanceof Number a && number(right) instanceof Number b) {
      return real(operator, a.doubleValue(), b.doubleValue());
    }
    throw unfit(operator, left, right);
  }

  private static Object whole(String operator, long a, long b) {
    if (b == 0 && "/%//".contains(operator)) {
      throw new TemplateError(operator + ": expected a divisor, found 0");
    }
    return switch (operator) {
      case "+" -> a + b;
      case "-" -> a - b;
      case "*" -> a * b;
      case "//" -> Math.floorDiv(a, b);
      case "%" -> Math.floorMod(a, b);
      case "/" -> (double) a / b;
      default -> (long) Math.pow(a, b);
    };
  }

  private static Object real(String operator, double a, double b) {
    return switch (operator) {
      case "+" -> a + b;
      case "-" -> a - b;
      case "*" -> a * b;
      case "//" -> Math.floor(a / b);
      case "%" -> a - b * Math.floor(a / b);
      case "/" -> a / b;
      default -> Math.pow(a, b);
    };
  }

  /** An element of a list, a character of a string, a value of a map. */
  static Object element(Object container, Object key) {
    if (container instanceof Map<?, ?> map) {
      return map.containsKey(key) ? map.get(key) : UNDEFINED;
    }
    if (key instanceof Long index) {
      if (container instanceof List<?> list) {
        long at = index < 0 ? index + list.size() : index;
        return at >= 0 && at < list.size() ? list.get((int) at) : UNDEFINED;
      } else if (container instanceof String) {
        return element(elements(container), key);
      }
    }
    if (container == null || container == UNDEFINED) {
      throw unfit("[" + text(key) + "]", container, key);
    }
    return UNDEFINED;
  }

  /** A slice as Python cuts it; null where a number is left out. */
  static Object slice(Object container, Long from, Long to, Long step) {
    long by = step == null ? 1 : step;
    List<?> all = elements(container);
    int size = all.size();
    if (by == 0) {
      throw new TemplateError("slice: expected a step, found 0");
    }
    long first = from == null ? (by > 0 ? 0 : size - 1) : clip(from, size, by < 0);
    long end = to == null ? (by > 0 ? size : -1) : clip(to, size, by < 0);
    List<Object> cut = new ArrayList<>();
    for (long i = first; by > 0 ? i < end : i > end; i += by) {
      cut.add(all.get((int) i));
    }
    return container instanceof String ? joined(cut, "") : cut;
  }

  static String joined(List<?> parts, String separator) {
    return String.join(separator, parts.stream().map(Values::text).toList());
  }

  private static long clip(long index, int size, boolean backwards) {
    long at = index < 0 ? index + size : index;
    return Math.max(backwards ? -1 : 0, Math.min(at, backwards ? size - 1 : size));
  }

  static int size(Object value) {
    if (value instanceof String text) {
      return text.codePointCount(0, text.length());
    } else if (value instanceof List<?> list) {
      return list.size();
    } else if (value instanceof Map<?, ?> map) {
      return map.size();
    } else if (value == UNDEFINED) {
      return 0;
    }
    throw new TemplateError("length: expected a text, a list or a map, found " + text(value));
  }

  /** What a loop goes through: elements, characters, keys. */
  static List<?> elements(Object value) {
    if (value instanceof List<?> list) {
      return list;
    } else if (value instanceof Map<?, ?> map) {
      return List.copyOf(map.keySet());
    } else if (value instanceof String text) {
      return text.codePoints().mapToObj(Character::toString).toList();
    } else if (value == UNDEFINED) {
      return List.of();
    }
    throw new TemplateError("for: expected a list, found " + written(value));
  }

  private static TemplateError unfit(String what, Object left, Object right) {
    return new TemplateError(
        what + ": expected values that fit, found " + shown(left) + " and " + shown(right));
  }

  private static String shown(Object value) {
    return value == UNDEFINED ? String.valueOf(value) : written(value);
  }
}
