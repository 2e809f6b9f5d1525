package dev.seriatim.tokenizer.text.internal;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import dev.seriatim.api.part.PartException;
import java.io.IOException;
import java.io.StringReader;
import java.util.HashMap;
import java.util.Map;

/**
 * What the ids of a {@code tokenizer.json} spell: its vocabulary, its added tokens, and how they
 * are written. Merges, the larger part of the file, are passed over.
 */
final class Pieces {
  private static final byte[] NOTHING = {};

  private final Map<Integer, byte[]> bytes = new HashMap<>();
  private final Spelling spelling;
  private int vocabulary;

  private Pieces(Map<Integer, String> tokens, JsonArray added, JsonElement decoder) {
    spelling = Spelling.of(decoder);
    tokens.forEach(
        (id, token) -> {
          bytes.put(id, spelling.bytes(token));
          vocabulary = Math.max(vocabulary, id + 1);
        });
    for (JsonElement element : added) {
      JsonObject token = element.getAsJsonObject();
      boolean special = token.has("special") && token.get("special").getAsBoolean();
      String content = token.get("content").getAsString();
      bytes.put(token.get("id").getAsInt(), special ? NOTHING : spelling.bytes(content));
    }
  }

  /**
   * Reads a {@code tokenizer.json}.
   *
   * @throws PartException when it is none
   */
  static Pieces read(String json) {
    Map<Integer, String> tokens = new HashMap<>();
    JsonArray added = new JsonArray();
    JsonElement decoder = JsonNull.INSTANCE;
    try (JsonReader reader = new JsonReader(new StringReader(json))) {
      reader.beginObject();
      while (reader.hasNext()) {
        switch (reader.nextName()) {
          case "model" -> readModel(reader, tokens);
          case "decoder" -> decoder = JsonParser.parseReader(reader);
          case "added_tokens" -> {
            JsonElement found = JsonParser.parseReader(reader);
            added = found.isJsonNull() ? added : found.getAsJsonArray();
          }
          default -> reader.skipValue();
        }
      }
      reader.endObject();
      return new Pieces(tokens, added, decoder);
    } catch (IOException
        | JsonParseException
        | IllegalStateException
        | NullPointerException
        | ClassCastException
        | NumberFormatException e) {
      throw new PartException(
          HuggingFaceFactory.ID
              + ": tokenizer.json: expected a description of a tokenizer, found "
              + e.getMessage(),
          e);
    }
  }

  private static void readModel(JsonReader reader, Map<Integer, String> tokens) throws IOException {
    reader.beginObject();
    while (reader.hasNext()) {
      if (!reader.nextName().equals("vocab")) {
        reader.skipValue();
      } else if (reader.peek() == JsonToken.BEGIN_ARRAY) {
        readScores(reader, tokens);
      } else {
        readIds(reader, tokens);
      }
    }
    reader.endObject();
  }

  /** {@code {"token": id, …}}. */
  private static void readIds(JsonReader reader, Map<Integer, String> tokens) throws IOException {
    reader.beginObject();
    while (reader.hasNext()) {
      String token = reader.nextName();
      tokens.put(reader.nextInt(), token);
    }
    reader.endObject();
  }

  /** {@code [["token", score], …]} in the order of the ids. */
  private static void readScores(JsonReader reader, Map<Integer, String> tokens)
      throws IOException {
    reader.beginArray();
    while (reader.hasNext()) {
      reader.beginArray();
      tokens.put(tokens.size(), reader.nextString());
      reader.skipValue();
      reader.endArray();
    }
    reader.endArray();
  }

  /** One more than the largest id of the vocabulary, added tokens aside. */
  int vocabulary() {
    return vocabulary;
  }

  /** The bytes of an id; none for those that stand for no text, or are not there. */
  byte[] bytes(int id) {
    return bytes.getOrDefault(id, NOTHING).clone();
  }

  /** A whole text without what every text begins with. */
  String whole(String text) {
    return spelling.whole(text);
  }
}
