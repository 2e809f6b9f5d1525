package dev.seriatim.family.llamagen.internal;

import dev.seriatim.testkit.CheckpointLayout;

/** Official checkpoints of LlamaGen: names and shapes. */
final class OfficialLayout {
  private OfficialLayout() {}

  /**
   * The transformer without what conditions it.
   *
   * @param wrapper what stands before all names, for example {@code model.}
   */
  static CheckpointLayout transformer(
      String wrapper, int vocabulary, int layers, int width, int mlp) {
    CheckpointLayout layout = new CheckpointLayout(wrapper);
    layout.with("tok_embeddings.weight", vocabulary, width);
    for (int i = 0; i < layers; i++) {
      String layer = "layers." + i + ".";
      layout.with(layer + "attention.wqkv.weight", 3L * width, width);
      layout.with(layer + "attention.wo.weight", width, width);
      layout.with(layer + "feed_forward.w1.weight", mlp, width);
      layout.with(layer + "feed_forward.w3.weight", mlp, width);
      layout.with(layer + "feed_forward.w2.weight", width, mlp);
      layout.with(layer + "attention_norm.weight", width);
      layout.with(layer + "ffn_norm.weight", width);
    }
    return layout.with("norm.weight", width).with("output.weight", vocabulary, width);
  }

  /** The transformer under labels, and no label. */
  static CheckpointLayout labelled(
      String wrapper, int vocabulary, int layers, int width, int mlp, int classes) {
    return transformer(wrapper, vocabulary, layers, width, mlp)
        .with("cls_embedding.embedding_table.weight", classes + 1L, width);
  }
}
