package dev.seriatim.api.part;

import dev.seriatim.api.canvas.Layout;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.model.ConditionSpace;

/**
 * What the parts of one model agree on, filled in order: the model's conditions, then the
 * tokenizer's layout and token space, then the backbone's width.
 *
 * @param conditions what the model can be asked for
 * @param layout of the canvas; null before the tokenizer
 * @param tokens of a slot; null before the tokenizer
 * @param width of hidden states; 0 before the backbone
 */
public record Frame(ConditionSpace conditions, Layout layout, TokenSpace tokens, int width) {
  /** The frame before any part. */
  public static Frame of(ConditionSpace conditions) {
    return new Frame(conditions, null, null, 0);
  }

  /** This frame with a tokenizer's layout and tokens. */
  public Frame with(Layout layout, TokenSpace tokens) {
    return new Frame(conditions, layout, tokens, width);
  }

  /** This frame with a backbone's width. */
  public Frame with(int width) {
    return new Frame(conditions, layout, tokens, width);
  }

  /**
   * The token space as a discrete one.
   *
   * @throws PartException when it is not
   */
  public TokenSpace.Discrete discrete(String part) {
    if (tokens instanceof TokenSpace.Discrete discrete) {
      return discrete;
    }
    throw PartException.of(part, "tokens", "discrete tokens", String.valueOf(tokens));
  }

  /**
   * The token space as a continuous one.
   *
   * @throws PartException when it is not
   */
  public TokenSpace.Continuous continuous(String part) {
    if (tokens instanceof TokenSpace.Continuous continuous) {
      return continuous;
    }
    throw PartException.of(part, "tokens", "continuous tokens", String.valueOf(tokens));
  }
}
