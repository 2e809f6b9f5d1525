package dev.seriatim.backbone.llama.internal;

import dev.seriatim.backbone.llama.internal.LlamaFactory.Configuration;

/** Small configurations. */
final class Forms {
  static final Rotary NEIGHBOURS = new Rotary(10000, "neighbours", "none", 1, 1, 4, 8192, 1);

  private Forms() {}

  static Configuration causal(int heads, int keyHeads, Rotary rotary) {
    return new Configuration(
        2, heads, keyHeads, 0, 16, 24, 1e-5, false, false, false, "causal", 0, "", -1, rotary);
  }

  static Configuration biased(boolean headNorms) {
    return new Configuration(
        2, 4, 2, 6, 16, 24, 1e-6, true, true, headNorms, "causal", 0, "", -1, Rotary.PLAIN);
  }

  static Configuration masked(String attention, int block, String predicts) {
    return new Configuration(
        2, 4, 2, 0, 16, 24, 1e-5, false, false, true, attention, block, predicts, 12, Rotary.PLAIN);
  }
}
