package dev.seriatim.backbone.llama.internal;

/** The masked form with full attention and shifted predictions, as Dream. */
class ShiftedFullTest extends MaskedLlamaContract {
  ShiftedFullTest() {
    super(Forms.masked("full", 0, "next"));
  }
}
