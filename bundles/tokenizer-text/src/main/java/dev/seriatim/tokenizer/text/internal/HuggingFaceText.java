package dev.seriatim.tokenizer.text.internal;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.part.PartException;
import dev.seriatim.tokenizer.text.internal.HuggingFaceFactory.Configuration;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * A tokenizer that Hugging Face's library has read. The library encodes; bytes come from the
 * vocabulary itself, since the library decodes to characters and so loses those that are spread
 * over several ids. Special tokens that a text spells are read as such.
 */
final class HuggingFaceText extends TextPart {
  private static final Map<String, String> OPTIONS =
      Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false");

  private final HuggingFaceTokenizer library;
  private final Pieces pieces;
  private final Conversations conversations;

  private HuggingFaceText(
      Configuration c,
      HuggingFaceTokenizer library,
      Pieces pieces,
      Conversations conversations,
      long[] begin) {
    super(
        HuggingFaceFactory.ID,
        new Sequence(c.context()),
        new TokenSpace.Discrete(c.vocabulary(), 1),
        begin,
        new HashSet<>(c.ends()));
    this.library = library;
    this.pieces = pieces;
    this.conversations = conversations;
  }

  /**
   * Reads a tokenizer. Engine thread: the library finds its native code by that thread's loader.
   *
   * @param json content of {@code tokenizer.json}
   * @param conversations what makes texts of them
   * @throws PartException when the library or the vocabulary refuses it
   */
  static HuggingFaceText of(Configuration c, String json, Conversations conversations) {
    Pieces pieces = Pieces.read(json);
    if (pieces.vocabulary() > c.vocabulary()) {
      throw PartException.of(
          HuggingFaceFactory.ID,
          "vocabulary",
          "at least the " + pieces.vocabulary() + " ids of tokenizer.json",
          String.valueOf(c.vocabulary()));
    }
    HuggingFaceTokenizer library = read(json);
    try {
      return new HuggingFaceText(c, library, pieces, conversations, begin(c.begin(), library));
    } catch (RuntimeException e) {
      library.close();
      throw e;
    }
  }

  private static HuggingFaceTokenizer read(String json) {
    setDefault("OPT_OUT_TRACKING", "true");
    setDefault("RUST_FLAVOR", "cpu"); // another would be downloaded
    try {
      return HuggingFaceTokenizer.newInstance(
          new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), OPTIONS);
    } catch (IOException | RuntimeException e) {
      throw new PartException(
          HuggingFaceFactory.ID
              + ": tokenizer.json: expected what the library tokenizers reads, found: "
              + e.getMessage(),
          e);
    }
  }

  private static void setDefault(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  /** The configured ids, or those that the library puts before a text of its own accord. */
  private static long[] begin(List<Long> configured, HuggingFaceTokenizer library) {
    if (configured != null) {
      return configured.stream().mapToLong(Long::longValue).toArray();
    }
    String any = "a";
    List<Long> plain = list(library.encode(any, false, false).getIds());
    List<Long> whole = list(library.encode(any, true, false).getIds());
    int at = Math.max(Collections.indexOfSubList(whole, plain), 0);
    return whole.subList(0, at).stream().mapToLong(Long::longValue).toArray();
  }

  private static List<Long> list(long[] ids) {
    return Arrays.stream(ids).boxed().toList();
  }

  @Override
  public long[] encode(Condition.Chat chat) {
    return encode(conversations.text(chat));
  }

  @Override
  long[] idsOf(String text) {
    long[] ids;
    try {
      ids = library.encode(text, false, false).getIds();
    } catch (RuntimeException e) {
      throw new PartException(
          HuggingFaceFactory.ID
              + ": text: expected one that the tokenizer has ids for, found: "
              + e.getMessage(),
          e);
    }
    int vocabulary = tokens().vocabulary();
    for (long id : ids) {
      if (id >= vocabulary) {
        throw PartException.of(
            HuggingFaceFactory.ID,
            "text",
            "tokens of the model's " + vocabulary,
            "one with the id " + id);
      }
    }
    return ids;
  }

  @Override
  byte[] bytesOf(int token) {
    return pieces.bytes(token);
  }

  @Override
  String whole(String text) {
    return pieces.whole(text);
  }

  @Override
  public void close() {
    library.close();
  }
}
