package dev.seriatim.tokenizer.text.internal;

import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.part.PartException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** An id is a character of an alphabet. */
final class Characters extends TextPart {
  /** In the place of an id for characters that the alphabet lacks. */
  static final int REFUSED = -1;

  private static final byte[] NOTHING = {};

  private final int[] alphabet;
  private final Map<Integer, Integer> ids;
  private final int unknown;

  /**
   * @param alphabet code points by id
   * @param ids by code point
   * @param unknown id for characters that the alphabet lacks, or {@link #REFUSED}
   */
  Characters(
      Sequence layout,
      TokenSpace.Discrete tokens,
      ExtraIds extra,
      int[] alphabet,
      Map<Integer, Integer> ids,
      int unknown) {
    super(CharactersFactory.ID, layout, tokens, extra.begin(), extra.ends());
    this.alphabet = alphabet;
    this.ids = ids;
    this.unknown = unknown;
  }

  @Override
  long[] idsOf(String text) {
    return text.codePoints().mapToLong(this::id).toArray();
  }

  private int id(int character) {
    int id = ids.getOrDefault(character, unknown);
    if (id == REFUSED) {
      throw PartException.of(
          CharactersFactory.ID,
          "text",
          "characters of the alphabet",
          String.format("'%s' (U+%04X)", Character.toString(character), character));
    }
    return id;
  }

  @Override
  byte[] bytesOf(int token) {
    return token < alphabet.length
        ? Character.toString(alphabet[token]).getBytes(StandardCharsets.UTF_8)
        : NOTHING;
  }
}
