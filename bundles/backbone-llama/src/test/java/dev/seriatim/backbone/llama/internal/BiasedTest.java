package dev.seriatim.backbone.llama.internal;

/** The causal form with biases and a head width of its own, as Qwen2. */
class BiasedTest extends CausalLlamaContract {
  BiasedTest() {
    super(Forms.biased(false));
  }
}
