package dev.seriatim.backbone.llama.internal;

/** The masked form with attention in blocks, as SDAR. */
class BlockTest extends MaskedLlamaContract {
  BlockTest() {
    super(Forms.masked("block", 4, "own"));
  }
}
