package dev.seriatim.tokenizer.text.internal;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.seriatim.api.part.PartException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How the tokens of a vocabulary are written, as the decoder of a {@code tokenizer.json} says: what
 * bytes a token stands for, and what is taken off the beginning of a text.
 */
final class Spelling {
  private static final String SERVED =
      "ByteLevel, Metaspace, WordPiece, or a sequence of Replace, ByteFallback, Fuse, Strip and"
          + " these";

  /** How byte fallback writes a byte for which there is no other token. */
  private static final Pattern BYTE = Pattern.compile("<0x([0-9A-Fa-f]{2})>");

  private final List<UnaryOperator<String>> steps = new ArrayList<>();
  private boolean byteLevel;
  private boolean byteFallback;
  private boolean fused;
  private String leading = "";
  private int leadingCount;

  private Spelling() {}

  /**
   * Reads the value of the key {@code decoder}.
   *
   * @throws PartException when it is of a kind that cannot be followed token by token
   */
  static Spelling of(JsonElement decoder) {
    Spelling spelling = new Spelling();
    if (decoder == null || decoder.isJsonNull()) {
      // Without a decoder, tokens are words between spaces.
      spelling.steps.add(token -> " " + token);
      spelling.strip(" ", 1);
    } else {
      spelling.add(decoder.getAsJsonObject());
    }
    return spelling;
  }

  /** The bytes of a token. */
  byte[] bytes(String token) {
    String text = token;
    for (UnaryOperator<String> step : steps) {
      text = step.apply(text);
    }
    if (byteLevel) {
      return ByteAlphabet.bytes(text);
    }
    Matcher matcher = byteFallback ? BYTE.matcher(text) : null;
    return matcher != null && matcher.matches()
        ? new byte[] {(byte) Integer.parseInt(matcher.group(1), 16)}
        : text.getBytes(StandardCharsets.UTF_8);
  }

  /** A whole text without what every text begins with. */
  String whole(String text) {
    String rest = text;
    for (int i = 0; i < leadingCount && rest.startsWith(leading); i++) {
      rest = rest.substring(leading.length());
    }
    return rest;
  }

  private void add(JsonObject decoder) {
    String type = text(decoder, "type", "");
    switch (type) {
      case "Sequence" ->
          decoder.getAsJsonArray("decoders").forEach(each -> add(each.getAsJsonObject()));
      case "ByteLevel" -> byteLevel = true;
      case "ByteFallback" -> byteFallback = true;
      case "Fuse" -> fused = true;
      case "Replace" -> replace(decoder);
      case "Strip" -> strip(decoder);
      case "Metaspace" -> metaspace(decoder);
      case "WordPiece" -> wordPiece(decoder);
      default -> throw refused(type);
    }
  }

  private void replace(JsonObject decoder) {
    JsonElement pattern = decoder.getAsJsonObject("pattern").get("String");
    if (pattern == null) {
      throw refused("Replace by " + decoder.get("pattern"));
    }
    String from = pattern.getAsString();
    String to = text(decoder, "content", "");
    steps.add(token -> token.replace(from, to));
  }

  private void strip(JsonObject decoder) {
    if (!fused || number(decoder, "stop") != 0) {
      throw refused("Strip of each token, or of the end");
    }
    strip(text(decoder, "content", " "), number(decoder, "start"));
  }

  private void strip(String content, int count) {
    leading = content;
    leadingCount = count;
  }

  private void metaspace(JsonObject decoder) {
    String space = text(decoder, "replacement", "▁");
    steps.add(token -> token.replace(space, " "));
    JsonElement old = decoder.get("add_prefix_space");
    boolean never = old != null && !old.isJsonNull() && !old.getAsBoolean();
    if (!never && !text(decoder, "prepend_scheme", "always").equals("never")) {
      strip(" ", 1);
    }
  }

  private void wordPiece(JsonObject decoder) {
    String inside = text(decoder, "prefix", "##");
    steps.add(token -> token.startsWith(inside) ? token.substring(inside.length()) : " " + token);
    strip(" ", 1);
    JsonElement cleanup = decoder.get("cleanup");
    if (cleanup == null || cleanup.getAsBoolean()) {
      // Punctuation stands without the space that separates words.
      steps.add(token -> token.matches(" [.?!,]") ? token.substring(1) : token);
    }
  }

  private static String text(JsonObject decoder, String key, String otherwise) {
    JsonElement value = decoder.get(key);
    return value == null || value.isJsonNull() ? otherwise : value.getAsString();
  }

  private static int number(JsonObject decoder, String key) {
    JsonElement value = decoder.get(key);
    return value == null || value.isJsonNull() ? 0 : value.getAsInt();
  }

  private static PartException refused(String found) {
    return PartException.of(HuggingFaceFactory.ID, "tokenizer.json: decoder", SERVED, found);
  }
}
