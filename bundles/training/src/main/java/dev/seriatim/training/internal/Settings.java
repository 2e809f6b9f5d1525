package dev.seriatim.training.internal;

import dev.seriatim.api.SeriatimException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * An object of a recipe, read key by key: every key has to be one that is asked for, and every
 * value of the kind that is asked for. Messages name the place and the key.
 */
final class Settings {
  private final String where;
  private final String path;
  private final Map<String, Object> values;
  private final TreeSet<String> known = new TreeSet<>();

  /**
   * @param where file, for messages
   * @param path of this object in the file, for messages; empty for the whole file
   * @param values as read from JSON: Map, List, String, Boolean, Number
   */
  Settings(String where, String path, Map<String, ?> values) {
    this.where = where;
    this.path = path;
    this.values = new LinkedHashMap<>(values);
  }

  /** Whether a key is there and not null. */
  boolean has(String key) {
    known.add(key);
    return values.get(key) != null;
  }

  /** A text that must be there. */
  String text(String key) {
    return asText(key, required(key, "a text"));
  }

  /** A text, or a default. */
  String text(String key, String otherwise) {
    return has(key) ? asText(key, values.get(key)) : otherwise;
  }

  /** A whole number that must be there. */
  long whole(String key, long least, long most) {
    required(key, range("a whole number", least, most));
    return asWhole(key, least, most);
  }

  /** A whole number, or a default. */
  long whole(String key, long least, long most, long otherwise) {
    return has(key) ? asWhole(key, least, most) : otherwise;
  }

  /** A number that must be there. */
  double number(String key, double least, double most) {
    required(key, "a number from " + least + " to " + most);
    return asNumber(key, values.get(key), least, most);
  }

  /** A number, or a default. */
  double number(String key, double least, double most, double otherwise) {
    return has(key) ? asNumber(key, values.get(key), least, most) : otherwise;
  }

  /** True or false, or a default. */
  boolean truth(String key, boolean otherwise) {
    if (!has(key)) {
      return otherwise;
    }
    if (values.get(key) instanceof Boolean truth) {
      return truth;
    }
    throw refuse(key, "true or false", shown(values.get(key)));
  }

  /** A list of as many numbers as the default has, or the default. */
  double[] numbers(String key, double least, double most, double... otherwise) {
    if (!has(key)) {
      return otherwise;
    }
    List<?> list = asList(key);
    if (list.size() != otherwise.length) {
      throw refuse(key, "a list of " + otherwise.length + " numbers", shown(list));
    }
    double[] numbers = new double[otherwise.length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = asNumber(key + "[" + i + "]", list.get(i), least, most);
    }
    return numbers;
  }

  /** A list of texts, or nothing. */
  List<String> texts(String key) {
    if (!has(key)) {
      return List.of();
    }
    List<String> texts = new ArrayList<>();
    for (Object value : asList(key)) {
      texts.add(asText(key + "[" + texts.size() + "]", value));
    }
    return List.copyOf(texts);
  }

  /** An object that must be there. */
  Settings object(String key) {
    return asObject(key, required(key, "an object"));
  }

  /** An object, or an empty one. */
  Settings objectOrEmpty(String key) {
    return has(key) ? asObject(key, values.get(key)) : new Settings(where, name(key), Map.of());
  }

  /** A list of objects that must be there. */
  List<Settings> objects(String key) {
    required(key, "a list of objects");
    List<Settings> objects = new ArrayList<>();
    for (Object value : asList(key)) {
      objects.add(asObject(key + "[" + objects.size() + "]", value));
    }
    return objects;
  }

  /** All values as they are. */
  Map<String, Object> values() {
    return values;
  }

  /** Refuses keys that nobody has asked for. */
  void refuseOthers() {
    for (String key : values.keySet()) {
      if (!known.contains(key)) {
        throw refuse(key, "one of the keys " + String.join(", ", known), "this key");
      }
    }
  }

  /** The refusal of a value. */
  SeriatimException refuse(String key, String expected, String found) {
    return new SeriatimException(
        where + ": " + name(key) + ": expected " + expected + ", found " + found);
  }

  private String name(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  private Object required(String key, String expected) {
    if (!has(key)) {
      throw refuse(key, expected, "nothing");
    }
    return values.get(key);
  }

  private String asText(String key, Object value) {
    if (value instanceof String text) {
      return text;
    }
    throw refuse(key, "a text", shown(value));
  }

  private List<?> asList(String key) {
    if (values.get(key) instanceof List<?> list) {
      return list;
    }
    throw refuse(key, "a list", shown(values.get(key)));
  }

  private Settings asObject(String key, Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      throw refuse(key, "an object", shown(value));
    }
    Map<String, Object> object = new LinkedHashMap<>();
    map.forEach((name, inner) -> object.put(String.valueOf(name), inner));
    return new Settings(where, name(key), object);
  }

  private long asWhole(String key, long least, long most) {
    Object value = values.get(key);
    double number = value instanceof Number n ? n.doubleValue() : Double.NaN;
    if (number != Math.rint(number) || number < least || number > most || Double.isNaN(number)) {
      throw refuse(key, range("a whole number", least, most), shown(value));
    }
    return ((Number) value).longValue();
  }

  private double asNumber(String key, Object value, double least, double most) {
    double number = value instanceof Number n ? n.doubleValue() : Double.NaN;
    if (!(number >= least && number <= most)) {
      throw refuse(key, "a number from " + least + " to " + most, shown(value));
    }
    return number;
  }

  private static String range(String kind, long least, long most) {
    return most == Long.MAX_VALUE
        ? kind + " of at least " + least
        : kind + " from " + least + " to " + most;
  }

  private static String shown(Object value) {
    return value instanceof String ? "\"" + value + "\"" : String.valueOf(value);
  }
}
