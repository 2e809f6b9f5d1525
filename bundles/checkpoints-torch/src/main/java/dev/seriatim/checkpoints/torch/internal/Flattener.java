package dev.seriatim.checkpoints.torch.internal;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonWriter;
import dev.seriatim.checkpoints.torch.internal.Value.Entries;
import dev.seriatim.checkpoints.torch.internal.Value.Items;
import dev.seriatim.checkpoints.torch.internal.Value.Named;
import dev.seriatim.checkpoints.torch.internal.Value.None;
import dev.seriatim.checkpoints.torch.internal.Value.Tensor;
import dev.seriatim.checkpoints.torch.internal.Value.Text;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns what a file holds into tensors by dotted name, and texts by dotted name for the rest.
 *
 * <p>A value may be reachable in many ways, or from itself, for a few bytes of the file each time.
 * So depth, visits and letters are bounded.
 */
final class Flattener {
  /** Longest name, in UTF-16 units. Published models stay well below 200. */
  static final int LONGEST_NAME = 1024;

  /** Deepest nesting. */
  static final int DEEPEST = 64;

  /** Most values, each counted as often as it is reached. */
  static final int MOST_VALUES = 1_000_000;

  /** Most letters of all names and texts. */
  static final int MOST_LETTERS = 32 << 20;

  private final Faults faults;
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();
  private final Map<String, String> texts = new LinkedHashMap<>();
  private int visits;
  private long letters;

  private Flattener(Faults faults) {
    this.faults = faults;
  }

  /**
   * What a file holds, by dotted name, in its order.
   *
   * @param tensors at the leaves
   * @param texts for all other leaves: texts as they are; bytes in Base64; numbers, {@code true},
   *     {@code false}, {@code null}, lists and what is in them as JSON; for an object, the name of
   *     its class
   */
  record Flat(Map<String, Tensor> tensors, Map<String, String> texts) {}

  /**
   * Flattens.
   *
   * @throws dev.seriatim.api.weights.CheckpointException when there is something that is neither
   *     tensor nor data, or two leaves have one name, or there is far too much
   */
  static Flat flatten(Faults faults, Value root) {
    if (!(root instanceof Entries || root instanceof Named || root instanceof Items)) {
      throw faults.refuse("content", "a dict of tensors", root.inWords());
    }
    Flattener flattener = new Flattener(faults);
    flattener.walk("", root, 0);
    return new Flat(flattener.tensors, flattener.texts);
  }

  private void walk(String name, Value value, int depth) {
    visit(name, depth);
    if (value instanceof Tensor tensor) {
      if (tensors.put(name, tensor) != null) {
        throw twice(name);
      }
    } else if (value instanceof Entries entries && !(entries.values().isEmpty() && depth > 0)) {
      walkAll(name, entries.values(), depth);
    } else if (value instanceof Named named) {
      if (depth > 0) {
        text(name, checked(name, named).type().inWords());
      }
      walkAll(name, named.fields(), depth);
    } else if (value instanceof Items items && (depth == 0 || holdsTensor(name, items, depth))) {
      List<Value> values = items.values();
      for (int i = 0; i < values.size(); i++) {
        walk(dotted(name, Integer.toString(i)), values.get(i), depth + 1);
      }
    } else if (value instanceof Text text) {
      text(name, text.value());
    } else if (value instanceof Value.Bytes bytes) {
      text(name, base64(name, bytes));
    } else {
      text(name, json(name, value, depth));
    }
  }

  private void walkAll(String name, Map<String, Value> values, int depth) {
    values.forEach((key, value) -> walk(dotted(name, key), value, depth + 1));
  }

  private void visit(String name, int depth) {
    if (depth > DEEPEST) {
      throw faults.refuse(
          Faults.quote(name), "nesting of at most " + DEEPEST, "deeper nesting, or a circle");
    }
    if (++visits > MOST_VALUES) {
      throw faults.refuse(Faults.quote(name), "at most " + MOST_VALUES + " values", "more");
    }
  }

  private void charge(String name, long count) {
    letters += count;
    if (letters > MOST_LETTERS) {
      throw faults.refuse(
          Faults.quote(name), "at most " + MOST_LETTERS + " letters of text", "more");
    }
  }

  private String dotted(String name, String key) {
    long length = name.length() + 1L + key.length();
    if (length > LONGEST_NAME) {
      throw faults.refuse(
          "name " + Faults.quote(name + "…"), "at most " + LONGEST_NAME + " characters", length);
    }
    charge(name, length);
    if (key.codePoints().anyMatch(Character::isISOControl)) {
      throw faults.refuse("name", "no control characters", Faults.quote(key));
    }
    String dotted = name.isEmpty() ? key : name + "." + key;
    if (dotted.isEmpty()) {
      throw faults.refuse("name", "at least one character", "none");
    }
    return dotted;
  }

  private void text(String name, String text) {
    charge(name, text.length());
    if (texts.put(name, text) != null) {
      throw twice(name);
    }
  }

  private RuntimeException twice(String name) {
    return faults.refuse("name " + Faults.quote(name), "each once", "it again");
  }

  /** An object that never got fields may be anything. */
  private Named checked(String name, Named named) {
    if (named.fields().isEmpty()) {
      throw faults.refuse(
          Faults.quote(name), "an object with fields", "one without, of " + named.type().inWords());
    }
    return named;
  }

  private boolean holdsTensor(String name, Value value, int depth) {
    visit(name, depth);
    if (value instanceof Items items) {
      return items.values().stream().anyMatch(item -> holdsTensor(name, item, depth + 1));
    }
    if (value instanceof Entries entries) {
      return anyTensor(name, entries.values(), depth);
    }
    return value instanceof Tensor
        || (value instanceof Named named && anyTensor(name, named.fields(), depth));
  }

  private boolean anyTensor(String name, Map<String, Value> values, int depth) {
    return values.values().stream().anyMatch(value -> holdsTensor(name, value, depth + 1));
  }

  private String base64(String name, Value.Bytes bytes) {
    charge(name, 2L * bytes.value().length);
    return Base64.getEncoder().encodeToString(bytes.value());
  }

  private String json(String name, Value value, int depth) {
    StringWriter text = new StringWriter();
    try (JsonWriter json = new JsonWriter(text)) {
      // Python has numbers that JSON has not: they are written as NaN, Infinity, -Infinity.
      json.setStrictness(Strictness.LENIENT);
      json.setHtmlSafe(false);
      write(name, json, value, depth);
    } catch (IOException e) {
      throw new IllegalStateException("A text in memory can always be written to", e);
    }
    return text.toString();
  }

  private void write(String name, JsonWriter json, Value value, int depth) throws IOException {
    visit(name, depth);
    if (value == None.NONE) {
      json.nullValue();
    } else if (value instanceof Value.Truth truth) {
      json.value(truth.value());
    } else if (value instanceof Value.Whole whole) {
      json.value(whole.value());
    } else if (value instanceof Value.BigWhole whole) {
      json.value(whole.value());
    } else if (value instanceof Value.Real real) {
      json.value(real.value());
    } else if (value instanceof Text text) {
      charge(name, text.value().length());
      json.value(text.value());
    } else if (value instanceof Value.Bytes bytes) {
      json.value(base64(name, bytes));
    } else if (value instanceof Items items) {
      json.beginArray();
      for (Value item : items.values()) {
        write(name, json, item, depth + 1);
      }
      json.endArray();
    } else if (value instanceof Entries entries) {
      writeAll(name, json, entries.values(), depth);
    } else if (value instanceof Named named) {
      writeAll(name, json, checked(name, named).fields(), depth);
    } else {
      throw faults.refuse(
          Faults.quote(name), "only tensors and plain data", "the name " + value.inWords());
    }
  }

  private void writeAll(String name, JsonWriter json, Map<String, Value> values, int depth)
      throws IOException {
    json.beginObject();
    for (Map.Entry<String, Value> entry : values.entrySet()) {
      charge(name, entry.getKey().length());
      json.name(entry.getKey());
      write(name, json, entry.getValue(), depth + 1);
    }
    json.endObject();
  }
}
