package dev.seriatim.backbone.maskgit.internal;

import static dev.seriatim.api.part.PartException.require;

import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.part.ConfigKey;
import dev.seriatim.api.part.Frame;

/** The size of a masked transformer. */
public record NetworkSize(
    @ConfigKey(
            "number of blocks, at least 1; in a U shape, half of them, rounded down, stand on each side of one more")
        int layers,
    @ConfigKey("attention heads, at least 1") int heads,
    @ConfigKey("width of the hidden states, a multiple of heads") int width,
    @ConfigKey("width of the feed-forward layers, at least 1") int mlpWidth) {

  /**
   * Checks the size and that it fits what is there.
   *
   * @param part for messages
   * @return the frame with the width
   * @throws dev.seriatim.api.part.PartException when it does not
   */
  Frame fit(String part, Frame frame) {
    require(layers >= 1, part, "layers", "at least 1", layers);
    require(heads >= 1, part, "heads", "at least 1", heads);
    require(
        width >= 1 && width % heads == 0,
        part,
        "width",
        "a multiple of heads (" + heads + ")",
        width);
    require(mlpWidth >= 1, part, "mlp-width", "at least 1", mlpWidth);
    TokenSpace.Discrete tokens = frame.discrete(part);
    require(tokens.codebooks() == 1, part, "tokens", "one codebook per slot", tokens.codebooks());
    return frame.with(width);
  }

  /** Rows of the input table: tokens, the mask, labels, and no condition. */
  static long inputs(String part, Frame frame) {
    return frame.discrete(part).vocabulary() + 1L + frame.conditions().labels().size() + 1L;
  }
}
