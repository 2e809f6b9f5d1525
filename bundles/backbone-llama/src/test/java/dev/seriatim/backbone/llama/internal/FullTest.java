package dev.seriatim.backbone.llama.internal;

/** The masked form with full attention, as LLaDA. */
class FullTest extends MaskedLlamaContract {
  FullTest() {
    super(Forms.masked("full", 0, ""));
  }
}
