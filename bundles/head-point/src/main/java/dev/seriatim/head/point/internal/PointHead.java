package dev.seriatim.head.point.internal;

import ai.djl.ndarray.NDArray;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.engine.StepRandom;
import dev.seriatim.api.part.Distribution;
import dev.seriatim.api.part.Head;
import dev.seriatim.api.part.KernelPart;
import dev.seriatim.api.part.Step;

/**
 * Predicts the vector of a slot, as regression does. Its loss is the mean squared error: the
 * prediction is the mean of what may come.
 */
record PointHead(Kernel kernel) implements Head, KernelPart {
  @Override
  public Distribution distribution(NDArray hidden, Step step) {
    return new Point(kernel.callForOne(hidden.getManager(), "values", hidden));
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
