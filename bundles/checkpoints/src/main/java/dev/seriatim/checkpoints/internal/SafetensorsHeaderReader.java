package dev.seriatim.checkpoints.internal;

import ai.djl.ndarray.types.Shape;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import dev.seriatim.api.weights.CheckpointException;
import dev.seriatim.api.weights.ElementType;
import dev.seriatim.api.weights.TensorInfo;
import dev.seriatim.checkpoints.internal.SafetensorsHeader.Entry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads the JSON of a header, token by token: there is nothing in it to recurse into, and a value
 * of the wrong kind is refused before it is read.
 */
final class SafetensorsHeaderReader {
  /** What JSON allows, less signs, fractions and exponents. 19 digits hold any long. */
  private static final Pattern COUNT = Pattern.compile("0|[1-9][0-9]{0,18}");

  private final Path file;
  private final long dataLength;
  private final JsonReader json;

  private SafetensorsHeaderReader(Path file, long dataLength, JsonReader json) {
    this.file = file;
    this.dataLength = dataLength;
    this.json = json;
  }

  /**
   * Reads and checks a header.
   *
   * @param file for messages
   * @param header the JSON, in UTF-8
   * @param dataLength number of bytes after the header
   * @throws CheckpointException naming the file, the key, the expected and the found
   */
  static SafetensorsHeader read(Path file, byte[] header, long dataLength) {
    if (header.length == 0 || header[0] != '{') {
      throw Refusal.of(
          file,
          "header",
          "a JSON object",
          header.length == 0 ? "nothing" : String.format("byte 0x%02x first", header[0]));
    }
    var utf8 =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    try (JsonReader json =
        new JsonReader(new InputStreamReader(new ByteArrayInputStream(header), utf8))) {
      json.setStrictness(Strictness.STRICT);
      return new SafetensorsHeaderReader(file, dataLength, json).header();
    } catch (CharacterCodingException e) {
      throw Refusal.of(file, "header", "UTF-8", "other bytes", e);
    } catch (IOException e) {
      // Gson adds lines of advice after the first.
      String what = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      throw Refusal.of(file, "header", "valid JSON", what, e);
    }
  }

  private SafetensorsHeader header() throws IOException {
    Map<String, String> metadata = Map.of();
    List<Entry> entries = new ArrayList<>();
    Set<String> names = new HashSet<>();
    json.beginObject();
    while (json.hasNext()) {
      String name = json.nextName();
      if (!names.add(name)) {
        throw Refusal.of(file, "header", "each key once", Refusal.quote(name) + " again");
      }
      if (name.equals(SafetensorsHeader.METADATA)) {
        metadata = metadata();
      } else {
        TensorRules.checkName(file, name);
        entries.add(entry(name));
      }
    }
    json.endObject();
    expect(JsonToken.END_DOCUMENT, "header");
    return new SafetensorsHeader(metadata, inOrder(entries));
  }

  private Map<String, String> metadata() throws IOException {
    Map<String, String> metadata = new LinkedHashMap<>();
    expect(JsonToken.BEGIN_OBJECT, SafetensorsHeader.METADATA);
    json.beginObject();
    while (json.hasNext()) {
      String name = json.nextName();
      String key = SafetensorsHeader.METADATA + " " + Refusal.quote(name);
      expect(JsonToken.STRING, key);
      String text = json.nextString();
      TensorRules.checkUnicode(file, SafetensorsHeader.METADATA, name);
      TensorRules.checkUnicode(file, key, text);
      if (metadata.put(name, text) != null) {
        throw Refusal.of(
            file, SafetensorsHeader.METADATA, "each key once", Refusal.quote(name) + " again");
      }
    }
    json.endObject();
    return Collections.unmodifiableMap(metadata);
  }

  private Entry entry(String name) throws IOException {
    String tensor = "tensor " + Refusal.quote(name);
    ElementType type = null;
    long[] shape = null;
    long[] offsets = null;
    expect(JsonToken.BEGIN_OBJECT, tensor);
    json.beginObject();
    while (json.hasNext()) {
      String field = json.nextName();
      String key = tensor + ": " + Refusal.quote(field);
      boolean again;
      switch (field) {
        case SafetensorsHeader.DTYPE -> {
          again = type != null;
          type = elementType(key);
        }
        case SafetensorsHeader.SHAPE -> {
          again = shape != null;
          shape = counts(key, TensorRules.MOST_AXES);
        }
        case SafetensorsHeader.OFFSETS -> {
          again = offsets != null;
          offsets = counts(key, 2);
        }
        default ->
            throw Refusal.of(
                file,
                tensor,
                String.join(
                    ", ",
                    SafetensorsHeader.DTYPE,
                    SafetensorsHeader.SHAPE,
                    SafetensorsHeader.OFFSETS),
                Refusal.quote(field));
      }
      if (again) {
        throw Refusal.of(file, key, "one value", "another");
      }
    }
    json.endObject();
    require(type, tensor, SafetensorsHeader.DTYPE);
    require(shape, tensor, SafetensorsHeader.SHAPE);
    require(offsets, tensor, SafetensorsHeader.OFFSETS);
    checkSpan(tensor, offsets, TensorRules.byteSize(file, name, type, shape));
    return new Entry(new TensorInfo(name, type, new Shape(shape)), offsets[0], offsets[1]);
  }

  private void require(Object value, String tensor, String field) {
    if (value == null) {
      throw Refusal.of(file, tensor + ": " + field, "a value", "none");
    }
  }

  private void checkSpan(String tensor, long[] offsets, long size) {
    String key = tensor + ": " + SafetensorsHeader.OFFSETS;
    String found = Arrays.toString(offsets);
    if (offsets.length != 2) {
      throw Refusal.of(file, key, "begin and end", found);
    }
    if (offsets[0] > offsets[1] || offsets[1] > dataLength) {
      throw Refusal.of(file, key, "a span within " + dataLength + " bytes of data", found);
    }
    if (offsets[1] - offsets[0] != size) {
      throw Refusal.of(file, key, "a span of " + size + " bytes, as the shape needs", found);
    }
  }

  private ElementType elementType(String key) throws IOException {
    expect(JsonToken.STRING, key);
    String name = json.nextString();
    for (ElementType type : ElementType.values()) {
      if (type.name().equals(name)) {
        return type;
      }
    }
    throw Refusal.of(
        file, key, "one of " + Arrays.toString(ElementType.values()), Refusal.quote(name));
  }

  private long[] counts(String key, int most) throws IOException {
    List<Long> counts = new ArrayList<>();
    expect(JsonToken.BEGIN_ARRAY, key);
    json.beginArray();
    while (json.hasNext()) {
      expect(JsonToken.NUMBER, key);
      counts.add(count(key, json.nextString()));
      if (counts.size() > most) {
        throw Refusal.of(file, key, "at most " + most + " numbers", "more");
      }
    }
    json.endArray();
    return counts.stream().mapToLong(Long::longValue).toArray();
  }

  private long count(String key, String number) {
    if (COUNT.matcher(number).matches()) {
      try {
        return Long.parseLong(number);
      } catch (NumberFormatException e) {
        throw Refusal.of(file, key, "numbers below 2^63", number, e);
      }
    }
    throw Refusal.of(file, key, "whole numbers of at least 0", Refusal.quote(number));
  }

  private void expect(JsonToken expected, String key) throws IOException {
    JsonToken found = json.peek();
    if (found != expected) {
      throw Refusal.of(file, key, inWords(expected), inWords(found));
    }
  }

  private static String inWords(JsonToken token) {
    return switch (token) {
      case BEGIN_OBJECT, END_OBJECT -> "an object";
      case BEGIN_ARRAY, END_ARRAY -> "a list";
      case STRING, NAME -> "a text";
      case NUMBER -> "a number";
      case BOOLEAN -> "a boolean";
      case NULL -> "null";
      case END_DOCUMENT -> "the end";
    };
  }

  /** The entries by place in the data, once they are seen to cover it. */
  private List<Entry> inOrder(List<Entry> entries) {
    List<Entry> sorted = new ArrayList<>(entries);
    sorted.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    long covered = 0;
    for (Entry entry : sorted) {
      if (entry.begin() != covered) {
        String key =
            "tensor " + Refusal.quote(entry.info().name()) + ": " + SafetensorsHeader.OFFSETS;
        String fault = entry.begin() < covered ? "an overlap" : "a gap";
        throw Refusal.of(file, key, "begin at " + covered, fault + ", begin at " + entry.begin());
      }
      covered = entry.end();
    }
    if (covered != dataLength) {
      throw Refusal.of(file, "data", covered + " bytes, as the header says", dataLength);
    }
    return List.copyOf(sorted);
  }
}
