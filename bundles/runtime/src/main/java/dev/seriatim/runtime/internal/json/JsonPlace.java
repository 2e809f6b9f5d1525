package dev.seriatim.runtime.internal.json;

import dev.seriatim.api.SeriatimException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A value in a JSON text that knows where it stands, so that what is wrong with it can be said.
 *
 * @param source of the text
 * @param path of the value in it, for example {@code parts.head.id}; empty for the whole
 * @param value as {@link Json} gives it; null when there is none
 */
record JsonPlace(String source, String path, Object value) {

  /** The value under a key of this object; a place without a value when the key is not there. */
  JsonPlace get(String key) {
    return new JsonPlace(source, path.isEmpty() ? key : path + "." + key, object().get(key));
  }

  boolean isAbsent() {
    return value == null;
  }

  @SuppressWarnings("unchecked") // JSON objects have no other keys
  Map<String, Object> object() {
    if (value instanceof Map<?, ?> map) {
      return Collections.unmodifiableMap((Map<String, Object>) map);
    }
    throw refused("an object");
  }

  /** This object's entries, as places. */
  Map<String, JsonPlace> entries() {
    Map<String, JsonPlace> entries = new LinkedHashMap<>();
    object().keySet().forEach(key -> entries.put(key, get(key)));
    return entries;
  }

  /** This list's elements, as places. */
  List<JsonPlace> elements() {
    if (!(value instanceof List<?> list)) {
      throw refused("a list");
    }
    List<JsonPlace> elements = new ArrayList<>();
    for (Object element : list) {
      elements.add(new JsonPlace(source, path + "[" + elements.size() + "]", element));
    }
    return elements;
  }

  String text() {
    if (value instanceof String text) {
      return text;
    }
    throw refused("a text");
  }

  String text(String otherwise) {
    return isAbsent() ? otherwise : text();
  }

  boolean flag(boolean otherwise) {
    if (isAbsent()) {
      return otherwise;
    }
    if (value instanceof Boolean flag) {
      return flag;
    }
    throw refused("true or false");
  }

  /** A whole number of at least 1. */
  int count() {
    if (value instanceof Number n && n.doubleValue() == n.intValue() && n.intValue() >= 1) {
      return n.intValue();
    }
    throw refused("a whole number of at least 1");
  }

  /** Refuses keys that mean nothing here. */
  JsonPlace onlyKeys(Set<String> known) {
    for (String key : object().keySet()) {
      if (!known.contains(key)) {
        throw new SeriatimException(
            where() + "expected the keys " + String.join(", ", known) + ", found '" + key + "'");
      }
    }
    return this;
  }

  SeriatimException refused(String expected) {
    return new SeriatimException(
        where()
            + "expected "
            + expected
            + ", found "
            + (isAbsent() ? "nothing" : Json.show(value)));
  }

  private String where() {
    return source + ": " + (path.isEmpty() ? "" : path + ": ");
  }
}
