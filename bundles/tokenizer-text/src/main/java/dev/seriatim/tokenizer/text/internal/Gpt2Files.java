package dev.seriatim.tokenizer.text.internal;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.seriatim.api.part.PartException;

/**
 * GPT-2's own files, ids by token and merges in their order, as the description that Hugging Face's
 * library reads: byte-level BPE (Radford et al., "Language models are unsupervised multitask
 * learners", 2019).
 */
final class Gpt2Files {
  /** What separates documents: the one token that no merge makes. */
  private static final String END = "<|endoftext|>";

  private Gpt2Files() {}

  /**
   * A {@code tokenizer.json}.
   *
   * @param vocabulary content of {@code vocab.json}
   * @param merges content of {@code merges.txt}
   * @throws PartException when these are not such files
   */
  static String tokenizerJson(String vocabulary, String merges) {
    JsonObject ids = ids(vocabulary);
    JsonObject model = new JsonObject();
    model.addProperty("type", "BPE");
    model.add("vocab", ids);
    model.add("merges", merges(merges));
    JsonObject file = new JsonObject();
    file.addProperty("version", "1.0");
    file.add("added_tokens", added(ids));
    file.add("pre_tokenizer", byteLevel());
    file.add("decoder", byteLevel());
    file.add("model", model);
    return file.toString();
  }

  private static JsonObject ids(String vocabulary) {
    try {
      return JsonParser.parseString(vocabulary).getAsJsonObject();
    } catch (JsonParseException | IllegalStateException e) {
      throw new PartException(
          HuggingFaceFactory.ID + ": vocab.json: expected ids by token, found " + e.getMessage(),
          e);
    }
  }

  /** A merge on each line but the first, which gives a version. */
  private static JsonArray merges(String text) {
    JsonArray merges = new JsonArray();
    text.lines()
        .filter(line -> !line.isBlank() && !(merges.isEmpty() && line.startsWith("#version")))
        .forEach(
            line -> {
              if (line.split(" ", -1).length != 2) {
                throw PartException.of(
                    HuggingFaceFactory.ID, "merges.txt", "two tokens on a line", line);
              }
              merges.add(line);
            });
    return merges;
  }

  private static JsonArray added(JsonObject ids) {
    JsonArray added = new JsonArray();
    JsonElement end = ids.get(END);
    if (end != null) {
      JsonObject token = new JsonObject();
      token.add("id", end);
      token.addProperty("content", END);
      token.addProperty("special", true);
      for (String key : new String[] {"single_word", "lstrip", "rstrip", "normalized"}) {
        token.addProperty(key, false);
      }
      added.add(token);
    }
    return added;
  }

  private static JsonObject byteLevel() {
    JsonObject byteLevel = new JsonObject();
    byteLevel.addProperty("type", "ByteLevel");
    byteLevel.addProperty("add_prefix_space", false);
    byteLevel.addProperty("trim_offsets", true);
    byteLevel.addProperty("use_regex", true);
    return byteLevel;
  }
}
