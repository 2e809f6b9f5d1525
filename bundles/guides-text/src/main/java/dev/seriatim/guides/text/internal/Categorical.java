package dev.seriatim.guides.text.internal;

import dev.seriatim.api.part.CategoricalDistribution;
import dev.seriatim.api.part.Distribution;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.TextTokenizer;
import dev.seriatim.api.part.Tokenizer;

/** What guides of texts need of the parts around them. */
final class Categorical {
  private Categorical() {}

  /**
   * @throws PartException when the frame's slots do not hold one id each
   */
  static void require(String id, Frame frame) {
    PartException.require(
        frame.discrete(id).codebooks() == 1,
        id,
        "tokens",
        "one id per slot",
        frame.discrete(id).codebooks());
  }

  /**
   * @throws PartException when there are no logits to bend
   */
  static CategoricalDistribution of(String id, Distribution distribution) {
    if (distribution instanceof CategoricalDistribution categorical) {
      return categorical;
    }
    throw PartException.of(
        id, "distribution", "a categorical one", distribution.getClass().getSimpleName());
  }

  /**
   * The tokenizer of a model of texts that can end.
   *
   * @throws PartException when it is of something else, or has no id that ends a text
   */
  static TextTokenizer ending(String id, Tokenizer tokenizer) {
    if (!(tokenizer instanceof TextTokenizer text)) {
      throw PartException.of(id, "tokenizer", "one of texts", tokenizer.getClass().getSimpleName());
    }
    if (text.ends().isEmpty()) {
      throw PartException.of(id, "tokenizer", "an id that ends a text", "none");
    }
    return text;
  }
}
