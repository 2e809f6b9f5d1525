package dev.seriatim.runtime.internal.config;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.List;

/** Names of configuration types as a reader of JSON knows them. */
final class TypeNames {
  private TypeNames() {}

  /** With its article: what a message expects. */
  static String of(Type type) {
    String name = plain(type);
    return (name.startsWith("i") || name.startsWith("o") ? "an " : "a ") + name;
  }

  /** The bare name. */
  static String plain(Type type) {
    if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
      return "integer";
    } else if (type == double.class || type == Double.class) {
      return "number";
    } else if (type == boolean.class || type == Boolean.class) {
      return "boolean";
    } else if (type == String.class) {
      return "text";
    } else if (isList(type)) {
      return "list of " + plain(((ParameterizedType) type).getActualTypeArguments()[0]) + "s";
    }
    return "object";
  }

  static boolean isList(Type type) {
    return type instanceof ParameterizedType p && p.getRawType() == List.class;
  }
}
