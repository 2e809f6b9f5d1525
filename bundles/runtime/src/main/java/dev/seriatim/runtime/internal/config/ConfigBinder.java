package dev.seriatim.runtime.internal.config;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.part.ConfigKey;
import dev.seriatim.api.part.PartException;
import dev.seriatim.runtime.internal.json.Json;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Fills a part's configuration record from the values of a descriptor or a request. Keys are the
 * components' names in kebab-case; those that are left out take the default of their {@link
 * ConfigKey}; keys that the record does not have are refused.
 */
public final class ConfigBinder {
  private final String part;

  /**
   * @param part whose configuration it is, for messages
   */
  public ConfigBinder(String part) {
    this.part = part;
  }

  /**
   * Makes a record.
   *
   * @param values by kebab-case key
   * @throws PartException naming part, key, expected and found
   */
  public <C extends Record> C bind(Class<C> type, Map<String, ?> values) {
    return record(type, values, "");
  }

  /** The values of a record by kebab-case key, complete, as JSON has them. */
  public static Map<String, Object> values(Record config) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (RecordComponent component : config.getClass().getRecordComponents()) {
      component.getAccessor().setAccessible(true);
      try {
        values.put(key(component), plain(component.getAccessor().invoke(config)));
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("Cannot read " + component, e);
      }
    }
    return Collections.unmodifiableMap(values);
  }

  /** The key of a component: {@code topK} is {@code top-k}. */
  static String key(RecordComponent component) {
    StringBuilder key = new StringBuilder();
    for (char c : component.getName().toCharArray()) {
      if (Character.isUpperCase(c)) {
        key.append('-').append(Character.toLowerCase(c));
      } else {
        key.append(c);
      }
    }
    return key.toString();
  }

  private <C extends Record> C record(Class<C> type, Map<String, ?> values, String path) {
    RecordComponent[] components = type.getRecordComponents();
    List<String> known = Arrays.stream(components).map(ConfigBinder::key).toList();
    for (String key : values.keySet()) {
      if (!known.contains(key)) {
        throw unknown(path + key, key, known);
      }
    }
    Object[] arguments = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      String key = known.get(i);
      Object value = values.containsKey(key) ? values.get(key) : defaultOf(components[i], path);
      arguments[i] = value(components[i].getGenericType(), value, path + key);
    }
    return construct(type, components, arguments, path);
  }

  private Object defaultOf(RecordComponent component, String path) {
    ConfigKey described = component.getAnnotation(ConfigKey.class);
    if (described != null && !described.defaultValue().isEmpty()) {
      return Json.parse(described.defaultValue());
    }
    throw PartException.of(
        part, path + key(component), TypeNames.of(component.getGenericType()), "nothing");
  }

  private Object value(Type type, Object value, String path) {
    if (value == null && !(type instanceof Class<?> c && c.isPrimitive())) {
      return null;
    }
    if (type == int.class || type == Integer.class) {
      return (int) whole(value, path, Integer.MIN_VALUE, Integer.MAX_VALUE);
    } else if (type == long.class || type == Long.class) {
      return whole(value, path, Long.MIN_VALUE, Long.MAX_VALUE);
    } else if (type == double.class || type == Double.class) {
      if (value instanceof Number number && Double.isFinite(number.doubleValue())) {
        return number.doubleValue();
      }
    } else if (type == boolean.class || type == Boolean.class) {
      if (value instanceof Boolean flag) {
        return flag;
      }
    } else if (type == String.class) {
      if (value instanceof String text) {
        return text;
      }
    } else if (TypeNames.isList(type)) {
      if (value instanceof List<?> list) {
        return list(((ParameterizedType) type).getActualTypeArguments()[0], list, path);
      }
    } else if (type instanceof Class<?> c && c.isRecord()) {
      if (value instanceof Map<?, ?> map) {
        return record(c.asSubclass(Record.class), keyed(map), path + ".");
      }
    } else {
      throw new PartException(
          part + ": " + path + ": a configuration cannot hold a " + type.getTypeName());
    }
    throw refused(path, type, value);
  }

  private List<Object> list(Type element, List<?> values, String path) {
    List<Object> list = new ArrayList<>();
    for (Object value : values) {
      String place = path + "[" + list.size() + "]";
      if (value == null) {
        throw refused(place, element, null);
      }
      list.add(value(element, value, place));
    }
    return Collections.unmodifiableList(list);
  }

  private long whole(Object value, String path, long least, long most) {
    if (value instanceof Number number) {
      double asDouble = number.doubleValue();
      long asLong = number.longValue();
      // 2^63 as a double rounds to the largest long: that is not the same number.
      if (asDouble == asLong && asDouble < 0x1p63) {
        if (asLong < least || asLong > most) {
          throw PartException.of(
              part, path, "an integer from " + least + " to " + most, Json.show(value));
        }
        return asLong;
      }
    }
    throw refused(path, long.class, value);
  }

  private <C extends Record> C construct(
      Class<C> type, RecordComponent[] components, Object[] arguments, String path) {
    try {
      Constructor<C> constructor =
          type.getDeclaredConstructor(
              Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
      constructor.setAccessible(true);
      return constructor.newInstance(arguments);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof SeriatimException refused) {
        throw refused;
      }
      if (e.getCause() instanceof RuntimeException refused) {
        throw new PartException(part + ": " + path + refused.getMessage(), refused);
      }
      throw new PartException(part + ": its configuration cannot be made", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new PartException(part + ": its configuration cannot be made", e);
    }
  }

  private PartException unknown(String path, String key, List<String> known) {
    if (known.isEmpty()) {
      return PartException.of(part, path, "no keys, as it has none", "'" + key + "'");
    }
    return PartException.of(
        part,
        path,
        "one of the keys " + String.join(", ", known),
        "'" + key + "' (nearest: '" + Nearest.of(key, known) + "')");
  }

  private PartException refused(String path, Type type, Object value) {
    return PartException.of(part, path, TypeNames.of(type), Json.show(value));
  }

  private static Map<String, Object> keyed(Map<?, ?> map) {
    Map<String, Object> keyed = new LinkedHashMap<>();
    map.forEach((key, value) -> keyed.put(String.valueOf(key), value));
    return keyed;
  }

  private static Object plain(Object value) {
    if (value instanceof Record nested) {
      return values(nested);
    } else if (value instanceof List<?> list) {
      return list.stream().map(ConfigBinder::plain).toList();
    } else if (value instanceof Integer number) {
      return number.longValue();
    }
    return value;
  }
}
