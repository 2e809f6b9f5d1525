package dev.seriatim.runtime.internal.json;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import com.google.gson.stream.MalformedJsonException;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * JSON as plain values: {@code Map} in the order of the text, {@code List}, {@code String}, {@code
 * Long} for whole numbers, {@code Double} for all others, {@code Boolean}, {@code null}.
 */
public final class Json {
  /** What is of use in the parser's messages. */
  private static final Pattern PLACE = Pattern.compile("at line \\d+ column \\d+ path \\S+");

  private static final int SHOWN = 60;

  private Json() {}

  /**
   * Reads a text strictly: RFC 8259, and no key twice.
   *
   * @throws IllegalArgumentException with the place, when it is not JSON
   */
  public static Object parse(String text) {
    JsonReader reader = new JsonReader(new StringReader(text));
    reader.setStrictness(Strictness.STRICT);
    try {
      Object value = read(reader);
      if (reader.peek() != JsonToken.END_DOCUMENT) {
        throw new IllegalArgumentException("not JSON: text after the end");
      }
      return value;
    } catch (EOFException e) {
      throw new IllegalArgumentException("not JSON: it ends too early", e);
    } catch (MalformedJsonException e) {
      Matcher place = PLACE.matcher(String.valueOf(e.getMessage()));
      throw new IllegalArgumentException(
          "not JSON: " + (place.find() ? place.group() : e.getMessage()), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes values, indented by two spaces. */
  public static String write(Object value) {
    return write(value, "  ");
  }

  /** A value in a message: on one line, cut where it is long. */
  public static String show(Object value) {
    String text = write(value, "");
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
  }

  private static String write(Object value, String indent) {
    StringWriter text = new StringWriter();
    try (JsonWriter writer = new JsonWriter(text)) {
      writer.setIndent(indent);
      writer.setHtmlSafe(false);
      write(value, writer);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private static void write(Object value, JsonWriter writer) throws IOException {
    if (value instanceof Map<?, ?> map) {
      writer.beginObject();
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        writer.name(String.valueOf(entry.getKey()));
        write(entry.getValue(), writer);
      }
      writer.endObject();
    } else if (value instanceof List<?> list) {
      writer.beginArray();
      for (Object element : list) {
        write(element, writer);
      }
      writer.endArray();
    } else if (value instanceof Boolean flag) {
      writer.value(flag);
    } else if (value instanceof Double number && !Double.isFinite(number)) {
      writer.value(number.toString());
    } else if (value instanceof Number number) {
      writer.value(number);
    } else if (value == null) {
      writer.nullValue();
    } else {
      writer.value(value.toString());
    }
  }

  private static Object read(JsonReader reader) throws IOException {
    return switch (reader.peek()) {
      case BEGIN_OBJECT -> readObject(reader);
      case BEGIN_ARRAY -> readArray(reader);
      case STRING -> reader.nextString();
      case NUMBER -> readNumber(reader);
      case BOOLEAN -> reader.nextBoolean();
      case NULL -> {
        reader.nextNull();
        yield null;
      }
      default -> throw new MalformedJsonException("at " + reader.getPath());
    };
  }

  private static Map<String, Object> readObject(JsonReader reader) throws IOException {
    Map<String, Object> map = new LinkedHashMap<>();
    reader.beginObject();
    while (reader.hasNext()) {
      String key = reader.nextName();
      String path = reader.getPath();
      Object value = read(reader);
      if (map.containsKey(key)) {
        throw new IllegalArgumentException("the key at " + path + " is there twice");
      }
      map.put(key, value);
    }
    reader.endObject();
    return map;
  }

  private static List<Object> readArray(JsonReader reader) throws IOException {
    List<Object> list = new ArrayList<>();
    reader.beginArray();
    while (reader.hasNext()) {
      list.add(read(reader));
    }
    reader.endArray();
    return list;
  }

  private static Number readNumber(JsonReader reader) throws IOException {
    String path = reader.getPath();
    String text = reader.nextString();
    if (text.matches("-?\\d+")) {
      try {
        return Long.valueOf(text);
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException("the number at " + path + " is too large: " + text, e);
      }
    }
    double number = Double.parseDouble(text);
    if (!Double.isFinite(number)) {
      throw new IllegalArgumentException("the number at " + path + " is too large: " + text);
    }
    return number;
  }
}
