package dev.seriatim.tokenizer.text.internal;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;

/** GPT-2's own vocabulary: its merges, and the ids that follow from them. */
final class Gpt2 {
  static final int VOCABULARY = 50257;
  static final String END = "<|endoftext|>";
  private static final int BYTES = 256;

  private static final FileWeights FILES =
      new FileWeights().with("vocab.json", vocabulary()).with("merges.txt", merges());

  private Gpt2() {}

  static String merges() {
    try (InputStream in =
        new GZIPInputStream(Gpt2.class.getResourceAsStream("gpt2-merges.txt.gz"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The bytes that stand for themselves, then the others, then a token for each merge. */
  static String vocabulary() {
    JsonObject ids = new JsonObject();
    for (boolean self : new boolean[] {true, false}) {
      for (int value = 0; value < BYTES; value++) {
        char character = ByteAlphabet.character(value);
        if (character == value == self) {
          ids.addProperty(String.valueOf(character), ids.size());
        }
      }
    }
    merges()
        .lines()
        .skip(1)
        .filter(line -> !line.isBlank())
        .forEach(line -> ids.addProperty(line.replace(" ", ""), ids.size()));
    ids.addProperty(END, ids.size());
    return ids.toString();
  }

  static FileWeights files() {
    return FILES;
  }
}
