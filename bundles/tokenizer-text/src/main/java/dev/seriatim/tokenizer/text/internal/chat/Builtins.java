package dev.seriatim.tokenizer.text.internal.chat;

import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The functions, filters, tests and methods that chat templates use, as Jinja and Python have them.
 */
final class Builtins {
  /** What can be called by its name alone. */
  private static final List<String> FUNCTIONS =
      List.of("range", "namespace", "dict", "raise_exception", "strftime_now");

  private Builtins() {}

  static boolean isFunction(String name) {
    return FUNCTIONS.contains(name);
  }

  static Object function(Arguments with) {
    return switch (with.name()) {
      case "range" -> range(with);
      case "namespace", "dict" -> new LinkedHashMap<>(with.names());
      case "raise_exception" -> throw new TemplateError(with.text(0, "message", "refused"));
      case "strftime_now" -> now(with.required(0, "format"));
      default ->
          throw new TemplateError(
              with.name() + ": expected one of the functions " + FUNCTIONS + ", found another");
    };
  }

  private static List<Object> range(Arguments with) {
    int count = with.places().size();
    long first = count > 1 ? with.whole(0, "start", 0) : 0;
    long end = count > 1 ? with.whole(1, "stop", 0) : with.whole(0, "stop", 0);
    long step = with.whole(2, "step", 1);
    List<Object> range = new ArrayList<>();
    for (long i = first; step > 0 ? i < end : i > end; i += step) {
      if (step == 0 || range.size() >= ChatTemplate.LONGEST / 100) {
        throw new TemplateError("range: expected a shorter one, found " + first + " to " + end);
      }
      range.add(i);
    }
    return range;
  }

  /** The date, by the letters of C's strftime. */
  private static String now(String format) {
    StringBuilder text = new StringBuilder();
    ZonedDateTime now = ZonedDateTime.now();
    for (int i = 0; i < format.length(); i++) {
      char c = format.charAt(i);
      text.append(
          c == '%' && i + 1 < format.length()
              ? now.format(DateTimeFormatter.ofPattern(pattern(format.charAt(++i)), Locale.ENGLISH))
              : String.valueOf(c));
    }
    return text.toString();
  }

  private static String pattern(char letter) {
    return switch (letter) {
      case 'd' -> "dd";
      case 'm' -> "MM";
      case 'y' -> "yy";
      case 'Y' -> "uuuu";
      case 'b' -> "MMM";
      case 'B' -> "MMMM";
      case 'a' -> "EEE";
      case 'A' -> "EEEE";
      case 'H' -> "HH";
      case 'M' -> "mm";
      case 'S' -> "ss";
      default ->
          throw new TemplateError(
              "strftime_now: expected one of %d %m %y %Y %b %B %a %A %H %M %S, found %" + letter);
    };
  }

  /** A filter of a value. */
  static Object filter(Object value, Arguments with) {
    return switch (with.name()) {
      case "trim" -> strip(text(value, with), with.text(0, "chars", null), true, true);
      case "length", "count" -> (long) Values.size(value);
      case "upper" -> text(value, with).toUpperCase(Locale.ROOT);
      case "lower" -> text(value, with).toLowerCase(Locale.ROOT);
      case "capitalize" -> capitalized(text(value, with));
      case "title" -> title(text(value, with));
      case "string" -> Values.text(value);
      case "safe" -> value;
      case "int" -> integer(value, with);
      case "list" -> new ArrayList<>(Values.elements(value));
      case "first" -> Values.element(new ArrayList<>(Values.elements(value)), 0L);
      case "last" -> Values.element(new ArrayList<>(Values.elements(value)), -1L);
      case "reverse" -> Values.slice(value, null, null, -1L);
      case "join" -> Values.joined(Values.elements(value), with.text(0, "d", ""));
      case "replace" -> text(value, with).replace(with.required(0, "old"), with.required(1, "new"));
      case "items", "dictsort" -> items(value, with);
      case "tojson" -> json(value, with);
      case "default", "d" -> otherwise(value, with);
      case "indent" -> indented(text(value, with), with);
      case "selectattr", "rejectattr" -> selected(value, with);
      case "map" -> mapped(value, with);
      default ->
          throw new TemplateError(
              "filter: expected one that chat templates use, found " + with.name());
    };
  }

  private static Object otherwise(Object value, Arguments with) {
    boolean empty = Values.truth(with.get(1, "boolean", false)) && !Values.truth(value);
    return value == Values.UNDEFINED || empty ? with.get(0, "default_value", "") : value;
  }

  private static Object integer(Object value, Arguments with) {
    if (value instanceof Number number) {
      return number.longValue();
    }
    try {
      return Long.parseLong(Values.text(value).strip());
    } catch (NumberFormatException e) {
      return with.whole(0, "default", 0);
    }
  }

  private static String json(Object value, Arguments with) {
    Object indent = with.get(0, "indent", null);
    return Values.json(value, indent instanceof Long spaces ? spaces.intValue() : -1);
  }

  private static String indented(String text, Arguments with) {
    String indent = " ".repeat((int) Math.min(with.whole(0, "width", 4), 100));
    String all = text.replace("\n", "\n" + indent).replaceAll("(?m)^ +$", "");
    return Values.truth(with.get(1, "first", false)) ? indent + all : all;
  }

  private static Object selected(Object value, Arguments with) {
    String attribute = with.required(0, "attribute");
    boolean wanted = with.name().equals("selectattr");
    List<Object> selected = new ArrayList<>();
    for (Object each : Values.elements(value)) {
      Object found = Values.element(each, attribute);
      boolean holds =
          with.places().size() < 2
              ? Values.truth(found)
              : test(found, with.required(1, "test"), with.get(2, "value", null));
      if (holds == wanted) {
        selected.add(each);
      }
    }
    return selected;
  }

  private static Object mapped(Object value, Arguments with) {
    String attribute = (String) with.names().get("attribute");
    List<Object> mapped = new ArrayList<>();
    for (Object each : Values.elements(value)) {
      if (attribute != null) {
        mapped.add(Values.element(each, attribute));
      } else {
        List<Object> rest = with.places().subList(1, with.places().size());
        mapped.add(filter(each, new Arguments(with.required(0, "filter"), rest, with.names())));
      }
    }
    return mapped;
  }

  /** A test of a value. */
  static boolean test(Object value, String name, Object with) {
    return switch (name) {
      case "defined" -> value != Values.UNDEFINED;
      case "undefined" -> value == Values.UNDEFINED;
      case "none" -> value == null;
      case "string" -> value instanceof String;
      case "boolean" -> value instanceof Boolean;
      case "true" -> Boolean.TRUE.equals(value);
      case "false" -> Boolean.FALSE.equals(value);
      case "number" -> value instanceof Number || value instanceof Boolean;
      case "integer" -> value instanceof Long;
      case "float" -> value instanceof Double;
      case "mapping" -> value instanceof Map;
      case "sequence", "iterable" ->
          value instanceof List || value instanceof Map || value instanceof String;
      case "odd" -> value instanceof Long number && Math.floorMod(number, 2L) == 1;
      case "even" -> value instanceof Long number && Math.floorMod(number, 2L) == 0;
      case "equalto", "eq", "==" -> Values.equal(value, with);
      case "ne", "!=" -> !Values.equal(value, with);
      case "in" -> Values.contains(with, value);
      default ->
          throw new TemplateError("is: expected a test that chat templates use, found " + name);
    };
  }

  /** A method of a value. */
  static Object method(Object value, Arguments with) {
    if (value instanceof String text) {
      return method(text, with);
    } else if (value instanceof Map<?, ?> map) {
      return switch (with.name()) {
        case "items" -> items(map, with);
        case "keys" -> new ArrayList<Object>(map.keySet());
        case "values" -> new ArrayList<Object>(map.values());
        case "get" -> {
          Object key = with.get(0, "key", null);
          yield map.containsKey(key) ? map.get(key) : with.get(1, "default", null);
        }
        default -> throw noMethod(value, with);
      };
    }
    throw noMethod(value, with);
  }

  private static Object method(String text, Arguments with) {
    return switch (with.name()) {
      case "strip" -> strip(text, with.text(0, "chars", null), true, true);
      case "lstrip" -> strip(text, with.text(0, "chars", null), true, false);
      case "rstrip" -> strip(text, with.text(0, "chars", null), false, true);
      case "split" -> split(text, with.text(0, "sep", null), with.whole(1, "maxsplit", -1));
      case "startswith" -> text.startsWith(with.required(0, "prefix"));
      case "endswith" -> text.endsWith(with.required(0, "suffix"));
      case "replace" -> text.replace(with.required(0, "old"), with.required(1, "new"));
      case "upper" -> text.toUpperCase(Locale.ROOT);
      case "lower" -> text.toLowerCase(Locale.ROOT);
      case "capitalize" -> capitalized(text);
      case "title" -> title(text);
      case "find" -> (long) text.indexOf(with.required(0, "sub"));
      case "join" -> Values.joined(Values.elements(with.get(0, "iterable", null)), text);
      default -> throw noMethod(text, with);
    };
  }

  private static TemplateError noMethod(Object value, Arguments with) {
    return new TemplateError(
        with.name()
            + "(): expected a method of texts or maps that chat templates use, found none of "
            + (value == Values.UNDEFINED ? value : "'" + Values.text(value) + "'"));
  }

  private static String text(Object value, Arguments with) {
    if (value == null || value instanceof List || value instanceof Map) {
      throw new TemplateError(with.name() + ": expected a text, found " + Values.text(value));
    }
    return Values.text(value);
  }

  private static List<Object> items(Object value, Arguments with) {
    if (!(value instanceof Map<?, ?> map)) {
      throw new TemplateError(with.name() + ": expected a map, found " + Values.text(value));
    }
    List<Object> items = new ArrayList<>();
    map.forEach((key, each) -> items.add(Collections.unmodifiableList(pair(key, each))));
    if (with.name().equals("dictsort")) {
      items.sort((a, b) -> Values.compare(((List<?>) a).get(0), ((List<?>) b).get(0)));
    }
    return items;
  }

  private static List<Object> pair(Object key, Object value) {
    List<Object> pair = new ArrayList<>();
    pair.add(key);
    pair.add(value);
    return pair;
  }

  private static String strip(String text, String characters, boolean left, boolean right) {
    int from = 0;
    int to = text.length();
    while (left && from < to && strips(text.charAt(from), characters)) {
      from++;
    }
    while (right && to > from && strips(text.charAt(to - 1), characters)) {
      to--;
    }
    return text.substring(from, to);
  }

  private static boolean strips(char c, String characters) {
    return characters == null
        ? Character.isWhitespace(c) || Character.isSpaceChar(c)
        : characters.indexOf(c) >= 0;
  }

  private static List<Object> split(String text, String separator, long most) {
    List<Object> parts = new ArrayList<>();
    if (separator == null) {
      String stripped = text.strip();
      if (!stripped.isEmpty()) {
        Collections.addAll(parts, (Object[]) stripped.split("\\s+", most < 0 ? 0 : (int) most + 1));
      }
      return parts;
    }
    if (separator.isEmpty()) {
      throw new TemplateError("split: sep: expected a text, found an empty one");
    }
    int from = 0;
    for (int at = text.indexOf(separator);
        at >= 0 && (most < 0 || parts.size() < most);
        at = text.indexOf(separator, from)) {
      parts.add(text.substring(from, at));
      from = at + separator.length();
    }
    parts.add(text.substring(from));
    return parts;
  }

  private static String capitalized(String text) {
    return text.isEmpty()
        ? text
        : text.substring(0, 1).toUpperCase(Locale.ROOT)
            + text.substring(1).toLowerCase(Locale.ROOT);
  }

  private static String title(String text) {
    StringBuilder title = new StringBuilder();
    boolean begins = true;
    for (char c : text.toCharArray()) {
      title.append(begins ? Character.toUpperCase(c) : Character.toLowerCase(c));
      begins = !Character.isLetter(c);
    }
    return title.toString();
  }
}
