package dev.seriatim.backbone.llama.internal;

/** The causal form with a head of keys for each of queries. */
class SingleKeysTest extends CausalLlamaContract {
  SingleKeysTest() {
    super(Forms.causal(2, 0, Forms.NEIGHBOURS));
  }
}
