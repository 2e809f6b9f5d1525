package dev.seriatim.head.categorical.internal;

import ai.djl.ndarray.NDArray;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.engine.StepRandom;
import dev.seriatim.api.part.Distribution;
import dev.seriatim.api.part.Head;
import dev.seriatim.api.part.KernelPart;
import dev.seriatim.api.part.Step;

/**
 * A softmax over the vocabulary of each codebook of a slot, by the logits of its kernel.
 *
 * @param numbers random numbers that a draw takes per slot
 */
record CategoricalHead(Kernel kernel, int numbers) implements Head, KernelPart {
  @Override
  public Distribution distribution(NDArray hidden, Step step) {
    NDArray logits = kernel.callForOne(hidden.getManager(), "logits", hidden);
    return new KernelCategorical(kernel, numbers, logits);
  }

  @Override
  public NDArray loss(NDArray hidden, NDArray tokens, NDArray weight, StepRandom random) {
    return kernel.callForOne(hidden.getManager(), "loss", hidden, tokens, weight);
  }

  @Override
  public void close() {
    kernel.close();
  }
}
