package dev.seriatim.backbone.llama.internal;

/** The causal form with norms of queries and keys, as Qwen3. */
class HeadNormsTest extends CausalLlamaContract {
  HeadNormsTest() {
    super(Forms.biased(true));
  }
}
