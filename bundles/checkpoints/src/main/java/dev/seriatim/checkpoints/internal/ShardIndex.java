package dev.seriatim.checkpoints.internal;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which file of a sharded checkpoint holds which tensor, as in {@code
 * model.safetensors.index.json}.
 *
 * @param totalSize bytes of all tensors, where the index says so
 * @param shards name of the file in the folder of the index, for each tensor, in its order
 */
record ShardIndex(Optional<BigDecimal> totalSize, Map<String, String> shards) {
  /** How the name of an index ends. */
  static final String SUFFIX = ".safetensors.index.json";

  /** Largest index, in bytes. Published models stay below 1 MiB. */
  static final int LARGEST = 16 << 20;

  private static final String WEIGHT_MAP = "weight_map";
  private static final String METADATA = "metadata";
  private static final String TOTAL_SIZE = "total_size";

  /**
   * Reads and checks an index; its shards are not opened.
   *
   * @throws dev.seriatim.api.weights.CheckpointException naming the file, the key, the expected and
   *     the found
   */
  static ShardIndex read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw Refusal.of(file, "index", "a file", Files.exists(file) ? "something else" : "nothing");
    }
    try {
      if (Files.size(file) > LARGEST) {
        throw Refusal.of(file, "index", "at most " + LARGEST + " bytes", Files.size(file));
      }
    } catch (IOException e) {
      throw Refusal.unreadable(file, e);
    }
    try (JsonReader json = new JsonReader(Files.newBufferedReader(file, StandardCharsets.UTF_8))) {
      json.setStrictness(Strictness.STRICT);
      return read(file, json);
    } catch (IOException e) {
      // Gson adds lines of advice after the first.
      String what = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      throw Refusal.of(file, "index", "valid JSON in UTF-8", what, e);
    }
  }

  private static ShardIndex read(Path file, JsonReader json) throws IOException {
    Optional<BigDecimal> totalSize = Optional.empty();
    Map<String, String> shards = null;
    Set<String> keys = new HashSet<>();
    expect(file, "index", JsonToken.BEGIN_OBJECT, json);
    json.beginObject();
    while (json.hasNext()) {
      String key = json.nextName();
      if (!keys.add(key)) {
        throw Refusal.of(file, "index", "each key once", Refusal.quote(key) + " again");
      }
      switch (key) {
        case WEIGHT_MAP -> shards = weightMap(file, json);
        case METADATA -> totalSize = totalSize(file, json);
        default -> json.skipValue();
      }
    }
    json.endObject();
    expect(file, "index", JsonToken.END_DOCUMENT, json);
    if (shards == null || shards.isEmpty()) {
      throw Refusal.of(file, WEIGHT_MAP, "at least one tensor", "none");
    }
    return new ShardIndex(totalSize, shards);
  }

  private static Optional<BigDecimal> totalSize(Path file, JsonReader json) throws IOException {
    Optional<BigDecimal> totalSize = Optional.empty();
    expect(file, METADATA, JsonToken.BEGIN_OBJECT, json);
    json.beginObject();
    while (json.hasNext()) {
      if (!json.nextName().equals(TOTAL_SIZE)) {
        json.skipValue();
        continue;
      }
      expect(file, TOTAL_SIZE, JsonToken.NUMBER, json);
      String number = json.nextString();
      try {
        totalSize = Optional.of(new BigDecimal(number));
      } catch (NumberFormatException e) {
        throw Refusal.of(file, TOTAL_SIZE, "a number of bytes", Refusal.quote(number), e);
      }
    }
    json.endObject();
    return totalSize;
  }

  private static Map<String, String> weightMap(Path file, JsonReader json) throws IOException {
    Map<String, String> shards = new LinkedHashMap<>();
    expect(file, WEIGHT_MAP, JsonToken.BEGIN_OBJECT, json);
    json.beginObject();
    while (json.hasNext()) {
      String name = json.nextName();
      TensorRules.checkName(file, name);
      String key = "tensor " + Refusal.quote(name);
      expect(file, key, JsonToken.STRING, json);
      String shard = json.nextString();
      if (!shard.matches("[A-Za-z0-9_][A-Za-z0-9_.+-]*\\.safetensors")) {
        throw Refusal.of(
            file, key, "the name of a safetensors file beside the index", Refusal.quote(shard));
      }
      if (shards.put(name, shard) != null) {
        throw Refusal.of(file, WEIGHT_MAP, "each tensor once", Refusal.quote(name) + " again");
      }
    }
    json.endObject();
    return shards;
  }

  private static void expect(Path file, String key, JsonToken expected, JsonReader json)
      throws IOException {
    JsonToken found = json.peek();
    if (found != expected) {
      throw Refusal.of(file, key, inWords(expected), inWords(found));
    }
  }

  private static String inWords(JsonToken token) {
    return token.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
