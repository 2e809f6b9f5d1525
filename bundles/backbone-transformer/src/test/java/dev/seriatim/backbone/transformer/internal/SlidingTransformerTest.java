package dev.seriatim.backbone.transformer.internal;

import dev.seriatim.backbone.transformer.internal.CausalTransformerFactory.Configuration;

/** nanoGPT: no biases, and a window that slides once the text is longer than the positions. */
class SlidingTransformerTest extends TextTransformerContract {
  @Override
  protected Configuration configuration() {
    return text(4, "slide", false, "gelu");
  }
}
