package dev.seriatim.cli;

import dev.seriatim.api.part.TextTokenizer;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * A text as tokens.
 *
 * @param text that was given
 * @param ids of its tokens, with those that begin a sequence
 * @param pieces what they spell, as it is shown
 */
record TokenizedText(String text, long[] ids, List<String> pieces) {
  /** A text's tokens. */
  static TokenizedText of(TextTokenizer tokenizer, String text) {
    long[] ids =
        LongStream.concat(Arrays.stream(tokenizer.begin()), Arrays.stream(tokenizer.encode(text)))
            .toArray();
    List<String> pieces = new ArrayList<>();
    for (long id : ids) {
      pieces.add(shown(tokenizer.bytes(id)));
    }
    return new TokenizedText(text, ids, pieces);
  }

  /** Characters where the bytes are whole ones that show; else bytes, as {@code \x0a}. */
  static String shown(byte[] bytes) {
    StringBuilder shown = new StringBuilder();
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      for (byte each : bytes) {
        shown.append(hexadecimal(each));
      }
      return shown.toString();
    }
    text.codePoints()
        .forEach(
            character -> {
              if (character == '\\') {
                shown.append("\\\\");
              } else if (character == '\n') {
                shown.append("\\n");
              } else if (character < ' ' || character == 0x7F) {
                shown.append(hexadecimal((byte) character));
              } else {
                shown.appendCodePoint(character);
              }
            });
    return shown.toString();
  }

  private static String hexadecimal(byte value) {
    return String.format(Locale.ROOT, "\\x%02x", value);
  }

  /** A line for each token, and one for all. */
  void print(PrintWriter out) {
    int digits = String.valueOf(Arrays.stream(ids).max().orElse(0)).length();
    for (int i = 0; i < ids.length; i++) {
      String piece = pieces.get(i);
      out.println(
          String.format(Locale.ROOT, "%" + digits + "d", ids[i])
              + (piece.isEmpty() ? "" : " |" + piece + "|"));
    }
    out.printf(
        Locale.ROOT,
        "%d tokens of %d characters, %d bytes%n",
        ids.length,
        text.codePointCount(0, text.length()),
        text.getBytes(StandardCharsets.UTF_8).length);
  }

  /** All of it as JSON has it. */
  Map<String, Object> document(String model) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("model", model);
    document.put("text", text);
    document.put("ids", ids);
    document.put("pieces", pieces);
    return document;
  }
}
