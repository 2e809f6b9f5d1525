package dev.seriatim.guides.text.internal;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.seriatim.api.part.PartException;
import dev.seriatim.guides.text.internal.Grammar.Call;
import dev.seriatim.guides.text.internal.Grammar.Symbol;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The grammar of the JSON documents that a schema allows. Objects have their properties in the
 * order of the schema, and no others. What is not understood is refused: a document that the
 * grammar accepts is valid.
 */
final class JsonGrammar {
  private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

  /** Keywords that describe and do not constrain. */
  private static final Set<String> NOTES =
      Set.of(
          "title",
          "description",
          "$schema",
          "$id",
          "$comment",
          "$defs",
          "definitions",
          "examples",
          "default",
          "deprecated",
          "readOnly",
          "writeOnly");

  /** Longest bound that is written out. */
  private static final int LONGEST = 4096;

  private final String part;
  private final GrammarBuilder builder = new GrammarBuilder();
  private final JsonObject root;
  private final Map<String, Call> references = new HashMap<>();
  private final Symbol space;
  private final Symbol string;
  private final Symbol character;
  private final Symbol integer;
  private final Symbol number;
  private final Call anything;
  private final int start;

  /**
   * Reads a schema.
   *
   * @param part for messages
   * @throws PartException when it says something that is not understood
   */
  JsonGrammar(String part, JsonElement schema) {
    this.part = part;
    this.root = schema.isJsonObject() ? schema.getAsJsonObject() : new JsonObject();
    // At most a line break with an indentation, so that a text cannot go on for ever with blanks.
    this.space =
        builder.optional(
            builder.choice(
                builder.literal(" "),
                builder.sequence(
                    builder.literal("\n"), builder.repeated(builder.literal(" "), 0, 20))));
    this.character = character();
    this.string = quoted(builder.many(character));
    this.integer = integer();
    this.number = number();
    this.anything = builder.declare();
    Symbol object = object(builder.sequence(string, colon(), anything));
    Symbol array = array(anything, 0, -1);
    Symbol words = builder.choice(literal("true"), literal("false"), literal("null"));
    builder.define(anything, builder.choice(object, array, string, number, words));
    Call document = builder.declare();
    builder.define(document, value(schema, "schema"));
    this.start = document.rule();
  }

  /** The grammar. */
  Grammar grammar() {
    return builder.grammar();
  }

  /** Its rule for a document. */
  int start() {
    return start;
  }

  private Symbol literal(String text) {
    return builder.literal(text);
  }

  private Symbol value(JsonElement schema, String path) {
    if (schema.isJsonPrimitive() && schema.getAsJsonPrimitive().isBoolean()) {
      if (schema.getAsBoolean()) {
        return anything;
      }
      throw refused(path, "a schema that something fits", "false");
    }
    if (!schema.isJsonObject()) {
      throw refused(path, "a schema", schema);
    }
    JsonObject object = schema.getAsJsonObject();
    if (object.has("$ref")) {
      known(object, path, Set.of("$ref"));
      return reference(object.get("$ref").getAsString(), path);
    }
    for (String either : List.of("anyOf", "oneOf")) {
      if (object.has(either)) {
        known(object, path, Set.of(either));
        return each(object.getAsJsonArray(either), path + "." + either);
      }
    }
    if (object.has("enum")) {
      known(object, path, Set.of("enum", "type"));
      List<Symbol> values = new ArrayList<>();
      object.getAsJsonArray("enum").forEach(value -> values.add(literal(GSON.toJson(value))));
      return builder.choice(values);
    }
    if (object.has("const")) {
      known(object, path, Set.of("const", "type"));
      return literal(GSON.toJson(object.get("const")));
    }
    return typed(object, path);
  }

  private Symbol each(JsonArray schemas, String path) {
    List<Symbol> values = new ArrayList<>();
    for (int i = 0; i < schemas.size(); i++) {
      values.add(value(schemas.get(i), path + "[" + i + "]"));
    }
    return builder.choice(values);
  }

  private Symbol reference(String name, String path) {
    Call known = references.get(name);
    if (known != null) {
      return known;
    }
    Call rule = builder.declare();
    references.put(name, rule);
    builder.define(rule, value(target(name, path), name));
    return rule;
  }

  private JsonElement target(String name, String path) {
    JsonElement found = root;
    if (!name.equals("#") && !name.startsWith("#/")) {
      throw refused(path + ".$ref", "a place in this schema, #/…", name);
    }
    for (String step : name.length() < 2 ? new String[0] : name.substring(2).split("/")) {
      String key = step.replace("~1", "/").replace("~0", "~");
      if (!found.isJsonObject() || !found.getAsJsonObject().has(key)) {
        throw refused(path + ".$ref", "a place in this schema", name);
      }
      found = found.getAsJsonObject().get(key);
    }
    return found;
  }

  private Symbol typed(JsonObject schema, String path) {
    JsonElement type = schema.get("type");
    if (type == null) {
      if (schema.has("properties")) {
        return object(schema, path);
      }
      known(schema, path, Set.of());
      return anything;
    }
    if (type.isJsonArray()) {
      List<Symbol> values = new ArrayList<>();
      for (JsonElement one : type.getAsJsonArray()) {
        JsonObject single = schema.deepCopy();
        single.add("type", one);
        values.add(typed(single, path));
      }
      return builder.choice(values);
    }
    switch (type.getAsString()) {
      case "object":
        return object(schema, path);
      case "array":
        known(schema, path, Set.of("type", "items", "minItems", "maxItems"));
        Symbol item = schema.has("items") ? value(schema.get("items"), path + ".items") : anything;
        return array(item, bound(schema, "minItems", 0, path), bound(schema, "maxItems", -1, path));
      case "string":
        known(schema, path, Set.of("type", "minLength", "maxLength"));
        int least = bound(schema, "minLength", 0, path);
        return quoted(builder.repeated(character, least, bound(schema, "maxLength", -1, path)));
      case "integer":
        known(schema, path, Set.of("type"));
        return integer;
      case "number":
        known(schema, path, Set.of("type"));
        return number;
      case "boolean":
        known(schema, path, Set.of("type"));
        return builder.choice(literal("true"), literal("false"));
      case "null":
        known(schema, path, Set.of("type"));
        return literal("null");
      default:
        throw refused(path + ".type", "a type of JSON", type);
    }
  }

  private Symbol object(JsonObject schema, String path) {
    known(schema, path, Set.of("type", "properties", "required", "additionalProperties"));
    JsonElement others = schema.get("additionalProperties");
    if (!schema.has("properties")) {
      Symbol value = others == null ? anything : value(others, path + ".additionalProperties");
      return object(builder.sequence(string, colon(), value));
    }
    if (others != null && !(others.isJsonPrimitive() && !others.getAsBoolean())) {
      throw refused(path + ".additionalProperties", "false beside properties", others);
    }
    Map<String, Symbol> properties = new LinkedHashMap<>();
    for (Map.Entry<String, JsonElement> each : schema.getAsJsonObject("properties").entrySet()) {
      Symbol value = value(each.getValue(), path + "." + each.getKey());
      properties.put(
          each.getKey(), builder.sequence(literal(GSON.toJson(each.getKey())), colon(), value));
    }
    List<String> required = new ArrayList<>();
    if (schema.has("required")) {
      schema.getAsJsonArray("required").forEach(name -> required.add(name.getAsString()));
    }
    for (String name : required) {
      if (!properties.containsKey(name)) {
        throw refused(path + ".required", "one of " + properties.keySet(), name);
      }
    }
    return braces(properties(new ArrayList<>(properties.entrySet()), required));
  }

  /** Properties in order; those that are not required may be left out. */
  private Symbol properties(List<Map.Entry<String, Symbol>> properties, List<String> required) {
    Symbol first = builder.nothing();
    Symbol later = builder.nothing();
    for (int i = properties.size() - 1; i >= 0; i--) {
      Symbol property = properties.get(i).getValue();
      Symbol asFirst = builder.sequence(property, later);
      Symbol asLater = builder.sequence(comma(), property, later);
      boolean must = required.contains(properties.get(i).getKey());
      first = must ? asFirst : builder.choice(asFirst, first);
      later = must ? asLater : builder.choice(asLater, later);
    }
    return first;
  }

  private Symbol object(Symbol property) {
    return braces(
        builder.optional(
            builder.sequence(property, builder.many(builder.sequence(comma(), property)))));
  }

  private Symbol braces(Symbol content) {
    return builder.sequence(literal("{"), space, content, space, literal("}"));
  }

  private Symbol array(Symbol item, int least, int most) {
    Symbol more = builder.sequence(comma(), item);
    Symbol items =
        most == 0
            ? builder.nothing()
            : builder.sequence(
                item, builder.repeated(more, Math.max(least - 1, 0), most < 0 ? -1 : most - 1));
    Symbol content = least == 0 ? builder.optional(items) : items;
    return builder.sequence(literal("["), space, content, space, literal("]"));
  }

  private Symbol colon() {
    return builder.sequence(literal(":"), space);
  }

  private Symbol comma() {
    return builder.sequence(literal(","), space);
  }

  private Symbol quoted(Symbol content) {
    return builder.sequence(literal("\""), content, literal("\""));
  }

  /** A character of a string: UTF-8 without control characters (RFC 8259, RFC 3629), or escaped. */
  private Symbol character() {
    Symbol next = builder.range(0x80, 0xbf);
    Symbol hex = builder.oneOf("0123456789abcdefABCDEF");
    Symbol notSurrogate =
        builder.choice(
            builder.sequence(builder.oneOf("0123456789abcefABCEF"), hex, hex, hex),
            builder.sequence(builder.oneOf("dD"), builder.oneOf("01234567"), hex, hex));
    return builder.choice(
        builder.range(0x20, 0x21),
        builder.range(0x23, 0x5b),
        builder.range(0x5d, 0x7e),
        builder.sequence(builder.range(0xc2, 0xdf), next),
        builder.sequence(builder.range(0xe0, 0xe0), builder.range(0xa0, 0xbf), next),
        builder.sequence(builder.range(0xe1, 0xec), next, next),
        builder.sequence(builder.range(0xed, 0xed), builder.range(0x80, 0x9f), next),
        builder.sequence(builder.range(0xee, 0xef), next, next),
        builder.sequence(builder.range(0xf0, 0xf0), builder.range(0x90, 0xbf), next, next),
        builder.sequence(builder.range(0xf1, 0xf3), next, next, next),
        builder.sequence(builder.range(0xf4, 0xf4), builder.range(0x80, 0x8f), next, next),
        builder.sequence(literal("\\"), builder.oneOf("\"\\/bfnrt")),
        builder.sequence(literal("\\u"), notSurrogate));
  }

  /** Of at most 16 digits. */
  private Symbol integer() {
    Symbol digits = builder.repeated(builder.oneOf("0123456789"), 0, 15);
    return builder.sequence(
        builder.optional(literal("-")),
        builder.choice(literal("0"), builder.sequence(builder.oneOf("123456789"), digits)));
  }

  private Symbol number() {
    Symbol digit = builder.oneOf("0123456789");
    Symbol fraction = builder.sequence(literal("."), builder.repeated(digit, 1, 16));
    Symbol exponent =
        builder.sequence(
            builder.oneOf("eE"),
            builder.optional(builder.oneOf("+-")),
            builder.repeated(digit, 1, 2));
    return builder.sequence(integer, builder.optional(fraction), builder.optional(exponent));
  }

  private int bound(JsonObject schema, String key, int otherwise, String path) {
    if (!schema.has(key)) {
      return otherwise;
    }
    double value = schema.get(key).getAsDouble();
    if (value < 0 || value > LONGEST || value != Math.rint(value)) {
      throw refused(path + "." + key, "a whole number from 0 to " + LONGEST, schema.get(key));
    }
    return (int) value;
  }

  private void known(JsonObject schema, String path, Set<String> keys) {
    for (String key : schema.keySet()) {
      if (!keys.contains(key) && !NOTES.contains(key)) {
        throw refused(path + "." + key, "a keyword that is understood here", key);
      }
    }
  }

  private PartException refused(String path, String expected, Object found) {
    return PartException.of(part, path, expected, String.valueOf(found));
  }
}
