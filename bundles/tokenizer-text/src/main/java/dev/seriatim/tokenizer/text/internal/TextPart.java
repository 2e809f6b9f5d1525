package dev.seriatim.tokenizer.text.internal;

import ai.djl.ndarray.NDManager;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.media.Media;
import dev.seriatim.api.media.Texts;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.TextTokenizer;
import dev.seriatim.text.Utf8Stream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What the tokenizers of texts have in common: between texts and canvases. */
abstract class TextPart implements TextTokenizer {
  /** What shows in the place of a slot that is not settled, where a settled one comes after it. */
  static final char UNKNOWN = '░';

  private final String id;
  private final Sequence layout;
  private final TokenSpace.Discrete tokens;
  private final long[] begin;
  private final Set<Long> ends;

  /**
   * @param id of the part, for messages
   * @param begin ids that a sequence begins with
   * @param ends ids that end one
   */
  TextPart(String id, Sequence layout, TokenSpace.Discrete tokens, long[] begin, Set<Long> ends) {
    this.id = id;
    this.layout = layout;
    this.tokens = tokens;
    this.begin = begin.clone();
    this.ends = Set.copyOf(ends);
  }

  /**
   * The ids of a text.
   *
   * @param text well-formed
   */
  abstract long[] idsOf(String text);

  /**
   * The bytes of an id.
   *
   * @param token from 0, below the vocabulary
   */
  abstract byte[] bytesOf(int token);

  /**
   * The text of a whole sequence as its bytes say it, brought to what was encoded: tokenizers that
   * begin every text with a space take it off.
   */
  String whole(String text) {
    return text;
  }

  @Override
  public final Sequence layout() {
    return layout;
  }

  @Override
  public final TokenSpace.Discrete tokens() {
    return tokens;
  }

  @Override
  public final long[] begin() {
    return begin.clone();
  }

  @Override
  public final Set<Long> ends() {
    return ends;
  }

  @Override
  public final long[] encode(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        boolean pair = Character.isHighSurrogate(c) && i + 1 < text.length();
        if (!pair || !Character.isLowSurrogate(text.charAt(i + 1))) {
          throw PartException.of(
              id,
              "text",
              "well-formed UTF-16",
              String.format("half of a surrogate pair, \\u%04X, at index %d", (int) c, i));
        }
        i++;
      }
    }
    return idsOf(text);
  }

  @Override
  public final byte[] bytes(long token) {
    if (token < 0 || token >= tokens.vocabulary()) {
      throw PartException.of(id, "id", "0 to " + (tokens.vocabulary() - 1), String.valueOf(token));
    }
    return bytesOf((int) token);
  }

  /** The canvas is as long as the longest text; shorter samples end earlier. */
  @Override
  public final Canvas encode(Media media, NDManager scope) {
    if (!(media instanceof Texts texts)) {
      throw PartException.of(id, "media", "texts", media.getClass().getSimpleName());
    }
    List<long[]> samples = new ArrayList<>();
    int longest = 1;
    for (String text : texts.texts()) {
      long[] ids = encode(text);
      samples.add(ids);
      longest = Math.max(longest, begin.length + ids.length);
    }
    if (longest > layout.length()) {
      throw PartException.of(
          id, "media", "at most " + layout.length() + " tokens per text", longest + " tokens");
    }
    Canvas canvas = Canvas.blank(new Sequence(longest), tokens, samples.size());
    for (int sample = 0; sample < samples.size(); sample++) {
      long[] ids = samples.get(sample);
      canvas.settle(sample, 0, begin);
      canvas.settle(sample, begin.length, ids);
      canvas.end(sample, begin.length + ids.length);
    }
    return canvas;
  }

  @Override
  public final Texts decode(Canvas canvas, NDManager scope) {
    List<String> texts = new ArrayList<>();
    for (int sample = 0; sample < canvas.samples(); sample++) {
      texts.add(whole(text(canvas, sample)));
    }
    return new Texts(texts);
  }

  private String text(Canvas canvas, int sample) {
    int end = canvas.length(sample);
    int known = end;
    while (known > 0 && !canvas.isSettled(sample, known - 1)) {
      known--;
    }
    Utf8Stream utf8 = new Utf8Stream();
    StringBuilder text = new StringBuilder();
    for (int slot = 0; slot < known; slot++) {
      if (canvas.isSettled(sample, slot)) {
        text.append(utf8.append(bytes(canvas.id(sample, slot, 0))));
      } else {
        utf8.reset();
        text.append(UNKNOWN);
      }
    }
    // The rest of a character may come yet, unless this is all that there will be.
    return known == end ? text.append(utf8.end()).toString() : text.toString();
  }
}
