package dev.seriatim.api.weights;

import ai.djl.ndarray.types.Shape;

/**
 * A tensor that a part needs, known from its configuration alone.
 *
 * @param name in the part's own checkpoint scope, dotted, for example {@code attn_qkv.3}
 * @param shape of the tensor
 * @param initializer how training starts it
 * @param decay whether weight decay applies (matrices: yes; biases, norms, embeddings: as the part
 *     says)
 */
public record Parameter(String name, Shape shape, Initializer initializer, boolean decay) {
  /** A parameter to which weight decay applies. */
  public static Parameter decayed(String name, Initializer initializer, long... shape) {
    return new Parameter(name, new Shape(shape), initializer, true);
  }

  /** A parameter to which weight decay does not apply. */
  public static Parameter plain(String name, Initializer initializer, long... shape) {
    return new Parameter(name, new Shape(shape), initializer, false);
  }
}
