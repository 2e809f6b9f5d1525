package dev.seriatim.backbone.mamba.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;

/**
 * What is carried from token to token, for each sample after as many of its tokens as it has taken
 * in. The kernel writes to the arrays in place. Engine thread.
 *
 * @param taken tokens that each sample has taken in
 * @param last float32 [sample, width], the hidden state after the last of them; zeros before the
 *     first
 * @param conv float32 [layer, sample, inner, tap], inputs of the convolutions
 * @param ssm float32 [layer, sample, inner, state]
 */
record RecurrentState(int[] taken, NDArray last, NDArray conv, NDArray ssm)
    implements AutoCloseable {
  /** Before the first token. */
  static RecurrentState start(MambaFactory.Configuration size, int samples, NDManager scope) {
    int layers = size.layers();
    int inner = size.innerWidth();
    return new RecurrentState(
        new int[samples],
        scope.zeros(new Shape(samples, size.width())),
        scope.zeros(new Shape(layers, samples, inner, size.convolution())),
        scope.zeros(new Shape(layers, samples, inner, size.state())));
  }

  /** An independent copy. */
  RecurrentState copy(NDManager scope) {
    return new RecurrentState(
        taken.clone(), copy(last, scope), copy(conv, scope), copy(ssm, scope));
  }

  private static NDArray copy(NDArray array, NDManager scope) {
    NDArray copy = array.duplicate();
    copy.attach(scope);
    return copy;
  }

  /** Brings one sample to where it is in another state. */
  void restore(int sample, RecurrentState from) {
    taken[sample] = from.taken[sample];
    NDIndex one = new NDIndex("{}", sample);
    NDIndex ofLayers = new NDIndex(":, {}", sample);
    last.set(one, from.last.get(one));
    conv.set(ofLayers, from.conv.get(ofLayers));
    ssm.set(ofLayers, from.ssm.get(ofLayers));
  }

  /** Brings one sample to before its first token. */
  void restart(int sample) {
    taken[sample] = 0;
    last.set(new NDIndex("{}", sample), 0);
    conv.set(new NDIndex(":, {}", sample), 0);
    ssm.set(new NDIndex(":, {}", sample), 0);
  }

  @Override
  public void close() {
    last.close();
    conv.close();
    ssm.close();
  }
}
