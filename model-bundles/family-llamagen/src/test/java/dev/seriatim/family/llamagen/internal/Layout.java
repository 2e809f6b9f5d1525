package dev.seriatim.family.llamagen.internal;

import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.api.weights.ElementType;
import dev.seriatim.api.weights.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** An official checkpoint: names and shapes, without elements. */
final class Layout implements Checkpoint {
  private final String wrapper;
  private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();

  /**
   * @param wrapper what stands before all names, for example {@code model.}
   */
  Layout(String wrapper) {
    this.wrapper = wrapper;
  }

  Layout with(String name, long... shape) {
    String whole = wrapper + name;
    tensors.put(whole, new TensorInfo(whole, ElementType.F32, new Shape(shape)));
    return this;
  }

  /** The transformer without what conditions it. */
  Layout transformer(int vocabulary, int layers, int width, int mlp) {
    with("tok_embeddings.weight", vocabulary, width);
    for (int i = 0; i < layers; i++) {
      String layer = "layers." + i + ".";
      with(layer + "attention.wqkv.weight", 3L * width, width);
      with(layer + "attention.wo.weight", width, width);
      with(layer + "feed_forward.w1.weight", mlp, width);
      with(layer + "feed_forward.w3.weight", mlp, width);
      with(layer + "feed_forward.w2.weight", width, mlp);
      with(layer + "attention_norm.weight", width);
      with(layer + "ffn_norm.weight", width);
    }
    return with("norm.weight", width).with("output.weight", vocabulary, width);
  }

  Layout labels(int classes, int width) {
    return with("cls_embedding.embedding_table.weight", classes + 1L, width);
  }

  @Override
  public Path path() {
    return Path.of("layout.pt");
  }

  @Override
  public Map<String, String> metadata() {
    return Map.of();
  }

  @Override
  public Map<String, TensorInfo> tensors() {
    return tensors;
  }

  @Override
  public ByteBuffer bytes(String name) {
    throw new UnsupportedOperationException("no elements");
  }

  @Override
  public String sha256(String name) {
    throw new UnsupportedOperationException("no elements");
  }

  @Override
  public void close() {}
}
