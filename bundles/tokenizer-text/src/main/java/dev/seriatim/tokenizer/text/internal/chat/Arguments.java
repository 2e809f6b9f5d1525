package dev.seriatim.tokenizer.text.internal.chat;

import java.util.List;
import java.util.Map;

/**
 * What a function, a filter or a method is called with.
 *
 * @param name of it, for messages
 * @param places by place
 * @param names by name
 */
record Arguments(String name, List<Object> places, Map<String, Object> names) {
  /** An argument by its place or its name; a default where it is not there. */
  Object get(int place, String key, Object otherwise) {
    if (place < places.size()) {
      return places.get(place);
    }
    return names.getOrDefault(key, otherwise);
  }

  String text(int place, String key, String otherwise) {
    Object value = get(place, key, otherwise);
    if (value == null || value instanceof String) {
      return (String) value;
    }
    throw new TemplateError(name + ": " + key + ": expected a text, found " + Values.text(value));
  }

  long whole(int place, String key, long otherwise) {
    Object value = get(place, key, otherwise);
    if (value instanceof Long number) {
      return number;
    }
    throw new TemplateError(
        name + ": " + key + ": expected a whole number, found " + Values.text(value));
  }

  String required(int place, String key) {
    String value = text(place, key, null);
    if (value == null) {
      throw new TemplateError(name + ": " + key + ": expected a text, found none");
    }
    return value;
  }
}
