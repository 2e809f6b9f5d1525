package dev.seriatim.backbone.llama.internal;

/** The causal form with heads of keys that queries share. */
class SharedKeysTest extends CausalLlamaContract {
  SharedKeysTest() {
    super(Forms.causal(4, 2, Rotary.PLAIN));
  }
}
