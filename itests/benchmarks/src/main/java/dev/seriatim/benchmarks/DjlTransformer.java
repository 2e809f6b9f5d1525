package dev.seriatim.benchmarks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.LayerNorm;
import dev.seriatim.api.weights.Weights;

/** The network of {@code causal_transformer.py}, one operation at a time from Java. */
final class DjlTransformer {
  private final Weights weights;
  private final DecodeStep.Size size;
  private final int batch;
  private final NDArray[] keys;
  private final NDArray[] values;

  DjlTransformer(Weights weights, DecodeStep.Size size, int batch, int slots, NDManager scope) {
    this.weights = weights;
    this.size = size;
    this.batch = batch;
    this.keys = new NDArray[size.layers()];
    this.values = new NDArray[size.layers()];
    Shape shape = new Shape(batch, size.heads(), slots, size.width() / size.heads());
    for (int layer = 0; layer < size.layers(); layer++) {
      keys[layer] = scope.zeros(shape);
      values[layer] = scope.zeros(shape);
    }
  }

  /**
   * The state of one input.
   *
   * @param ids of the tokens before; not used at input 0, which is the condition
   * @return float32 [row, 1, width]
   */
  NDArray step(int input, long[] ids, NDManager scope) {
    long width = size.width();
    NDArray token =
        input == 0
            ? weights.get("condition").get("{}", 0).broadcast(new Shape(batch, width))
            : weights.get("wte").get(scope.create(ids));
    NDArray x = token.add(weights.get("wpe").get("{}", input)).reshape(batch, 1, width);
    x.attach(scope);
    for (int i = 0; i < size.layers(); i++) {
      x = x.add(attention(norm(x, "ln1", i), i, input, scope));
      NDArray h = linear(norm(x, "ln2", i), "fc", i);
      x = x.add(linear(Activation.gelu(h), "out", i));
    }
    return LayerNorm.layerNorm(
            x, new Shape(width), weights.get("lnf_w"), weights.get("lnf_b"), 1e-5f)
        .singletonOrThrow();
  }

  private NDArray attention(NDArray h, int i, int input, NDManager scope) {
    long headWidth = size.width() / size.heads();
    NDList qkv = linear(h, "attn", i).reshape(batch, 3, size.heads(), headWidth).split(3, 1);
    keys[i].set(new NDIndex(":, :, {}", input), qkv.get(1).squeeze(1));
    values[i].set(new NDIndex(":, :, {}", input), qkv.get(2).squeeze(1));
    NDIndex seen = new NDIndex(":, :, :{}", input + 1);
    NDArray k = keys[i].get(scope, seen);
    NDArray v = values[i].get(scope, seen);
    NDArray q = qkv.get(0).reshape(batch, size.heads(), 1, headWidth);
    NDArray scores = q.matMul(k.transpose(0, 1, 3, 2)).mul(1 / Math.sqrt(headWidth));
    NDArray a = scores.softmax(-1).matMul(v).reshape(batch, 1, size.width());
    return linear(a, "proj", i);
  }

  private NDArray norm(NDArray x, String name, int i) {
    return LayerNorm.layerNorm(
            x,
            new Shape(size.width()),
            weights.get(name + "_w." + i),
            weights.get(name + "_b." + i),
            1e-5f)
        .singletonOrThrow();
  }

  private NDArray linear(NDArray x, String name, int i) {
    return Linear.linear(x, weights.get(name + "_w." + i), weights.get(name + "_b." + i))
        .singletonOrThrow();
  }
}
