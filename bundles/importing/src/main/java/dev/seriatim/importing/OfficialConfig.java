package dev.seriatim.importing;

import dev.seriatim.api.part.PartException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A published system's own configuration. Keys may be dotted: {@code model.vq_model.token_size} is
 * a key in an object in an object. A value of the wrong kind is refused, naming the key, what was
 * expected and what was found. A text {@code ${a.b}} stands for the value of the key {@code a.b} of
 * the whole configuration, as in OmegaConf.
 */
public final class OfficialConfig {
  private static final Pattern REFERENCE = Pattern.compile("\\$\\{([\\w.-]+)}");

  private final String system;
  private final String path;
  private final Map<?, ?> values;
  private final Map<?, ?> whole;
  private final Set<String> read = new LinkedHashSet<>();

  private OfficialConfig(String system, String path, Map<?, ?> values, Map<?, ?> whole) {
    this.system = system;
    this.path = path;
    this.values = values;
    this.whole = whole;
  }

  /**
   * A configuration.
   *
   * @param system for messages
   */
  public static OfficialConfig of(String system, Map<String, ?> values) {
    return new OfficialConfig(system, "", values, values);
  }

  /** Whether a key is there and not null. */
  public boolean has(String key) {
    return value(key) != null;
  }

  /**
   * An object in this one.
   *
   * @throws PartException when it is not there, or no object
   */
  public OfficialConfig section(String key) {
    Object value = value(key);
    if (value instanceof Map<?, ?> map) {
      return new OfficialConfig(system, path + key + ".", map, whole);
    }
    throw refuse(key, "an object", value);
  }

  /** A whole number. */
  public int integer(String key) {
    Object value = value(key);
    if (value instanceof Number number
        && number.doubleValue() == Math.rint(number.doubleValue())
        && Math.abs(number.doubleValue()) <= Integer.MAX_VALUE) {
      return number.intValue();
    }
    throw refuse(key, "a whole number", value);
  }

  /** A whole number, or a default where it is not there. */
  public int integer(String key, int otherwise) {
    return has(key) ? integer(key) : otherwise;
  }

  /** A number. */
  public double number(String key) {
    Object value = value(key);
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    throw refuse(key, "a number", value);
  }

  /** A number, or a default where it is not there. */
  public double number(String key, double otherwise) {
    return has(key) ? number(key) : otherwise;
  }

  /** True or false. */
  public boolean flag(String key) {
    Object value = value(key);
    if (value instanceof Boolean flag) {
      return flag;
    }
    throw refuse(key, "true or false", value);
  }

  /** True or false, or a default where it is not there. */
  public boolean flag(String key, boolean otherwise) {
    return has(key) ? flag(key) : otherwise;
  }

  /** A text. */
  public String text(String key) {
    Object value = value(key);
    if (value instanceof String text) {
      return text;
    }
    throw refuse(key, "a text", value);
  }

  /** A text, or a default where it is not there. */
  public String text(String key, String otherwise) {
    return has(key) ? text(key) : otherwise;
  }

  /** A list of texts. */
  public List<String> texts(String key) {
    Object value = value(key);
    if (value instanceof List<?> list && list.stream().allMatch(String.class::isInstance)) {
      return list.stream().map(String.class::cast).toList();
    }
    throw refuse(key, "a list of texts", value);
  }

  /** A list of whole numbers. */
  public List<Integer> integers(String key) {
    Object value = value(key);
    List<Integer> numbers = new ArrayList<>();
    if (value instanceof List<?> list) {
      for (Object element : list) {
        if (element instanceof Number number
            && number.doubleValue() == Math.rint(number.doubleValue())) {
          numbers.add(number.intValue());
        }
      }
      if (numbers.size() == list.size()) {
        return numbers;
      }
    }
    throw refuse(key, "a list of whole numbers", value);
  }

  /** A list of whole numbers, or a default where it is not there. */
  public List<Integer> integers(String key, List<Integer> otherwise) {
    return has(key) ? integers(key) : otherwise;
  }

  /** A whole number, or a list of them, as a list. */
  public List<Integer> integerOrList(String key) {
    return value(key) instanceof List<?> ? integers(key) : List.of(integer(key));
  }

  /**
   * Refuses a setting that cannot be served. A key that is not there is as served.
   *
   * @param served the only value that is; numbers are compared as numbers
   * @throws PartException when the key has another
   */
  public void only(String key, Object served) {
    if (has(key) && !is(key, served)) {
      throw refuse(key, String.valueOf(served), value(key));
    }
  }

  /** Whether a key has a value; numbers are compared as numbers. */
  public boolean is(String key, Object expected) {
    Object value = value(key);
    return value instanceof Number found && expected instanceof Number number
        ? found.doubleValue() == number.doubleValue()
        : Objects.equals(value, expected);
  }

  /** The keys of this object that no call has asked for, in their order. */
  public List<String> unread() {
    List<String> keys = new ArrayList<>();
    for (Object key : values.keySet()) {
      if (!read.contains(String.valueOf(key))) {
        keys.add(String.valueOf(key));
      }
    }
    return keys;
  }

  /** A refusal in the usual form, for a family's own checks. */
  public PartException refuse(String key, String expected, Object found) {
    return PartException.of(
        system, path + key, expected, found == null ? "nothing" : String.valueOf(found));
  }

  private Object value(String key) {
    int dot = key.indexOf('.');
    read.add(dot < 0 ? key : key.substring(0, dot));
    Object found = at(values, key);
    Matcher reference = found instanceof String text ? REFERENCE.matcher(text) : null;
    return reference != null && reference.matches() ? at(whole, reference.group(1)) : found;
  }

  private static Object at(Map<?, ?> values, String key) {
    Map<?, ?> at = values;
    String rest = key;
    while (true) {
      if (at.containsKey(rest)) {
        return at.get(rest);
      }
      int dot = rest.indexOf('.');
      if (dot < 0 || !(at.get(rest.substring(0, dot)) instanceof Map<?, ?> inner)) {
        return null;
      }
      at = inner;
      rest = rest.substring(dot + 1);
    }
  }
}
