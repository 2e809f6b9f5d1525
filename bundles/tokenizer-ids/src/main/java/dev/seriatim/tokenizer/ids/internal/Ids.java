package dev.seriatim.tokenizer.ids.internal;

import static dev.seriatim.api.part.PartException.require;

import ai.djl.ndarray.NDManager;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Layout;
import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.media.Media;
import dev.seriatim.api.media.Tokens;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.Tokenizer;
import java.util.Arrays;
import java.util.List;

/**
 * Ids in, ids out. In a canvas that is decoded before it is done, a slot that is not settled has
 * the ids {@value #UNKNOWN}.
 */
final class Ids implements Tokenizer {
  static final long UNKNOWN = -1;

  private final Layout layout;
  private final TokenSpace.Discrete tokens;

  Ids(Layout layout, TokenSpace.Discrete tokens) {
    this.layout = layout;
    this.tokens = tokens;
  }

  @Override
  public Layout layout() {
    return layout;
  }

  @Override
  public TokenSpace tokens() {
    return tokens;
  }

  @Override
  public Canvas encode(Media media, NDManager scope) {
    if (!(media instanceof Tokens given)) {
      throw PartException.of(IdsFactory.ID, "media", "ids", media.getClass().getSimpleName());
    }
    boolean fits = given.slots() == layout.slots() && given.codebooks() == tokens.codebooks();
    require(
        fits,
        IdsFactory.ID,
        "media",
        layout.slots() + "×" + tokens.codebooks() + " ids per sample",
        given.slots() + "×" + given.codebooks());
    for (long id : given.ids()) {
      require(
          id >= 0 && id < tokens.vocabulary(),
          IdsFactory.ID,
          "media",
          "ids from 0 to " + (tokens.vocabulary() - 1),
          id);
    }
    return Canvas.ofIds(layout, tokens, given.samples(), given.ids());
  }

  /**
   * A blank canvas; of a sequence, as long as is asked for. Prompts of sequences are on the canvas,
   * and there is nothing here to make ids of a text.
   */
  @Override
  public Canvas start(List<Condition> conditions, int length) {
    if (!(layout instanceof Sequence sequence)) {
      return Tokenizer.super.start(conditions, length);
    }
    for (Condition condition : conditions) {
      boolean text = condition instanceof Condition.Text || condition instanceof Condition.Chat;
      require(!text, IdsFactory.ID, "condition", "none, as the tokenizer is elsewhere", "a text");
    }
    int slots = length == 0 ? sequence.length() : length;
    require(
        slots <= sequence.length(),
        IdsFactory.ID,
        "length",
        "at most " + sequence.length() + " tokens",
        slots);
    return Canvas.blank(new Sequence(slots), tokens, conditions.size());
  }

  @Override
  public Media decode(Canvas canvas, NDManager scope) {
    long[] ids = canvas.ids();
    int codebooks = tokens.codebooks();
    int slots = canvas.layout().slots();
    for (int sample = 0; sample < canvas.samples(); sample++) {
      for (int slot = 0; slot < slots; slot++) {
        if (!canvas.isSettled(sample, slot) || slot >= canvas.length(sample)) {
          int first = (sample * slots + slot) * codebooks;
          Arrays.fill(ids, first, first + codebooks, UNKNOWN);
        }
      }
    }
    return new Tokens(canvas.samples(), slots, codebooks, ids);
  }
}
