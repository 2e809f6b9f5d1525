package dev.seriatim.evaluation.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.engine.KernelSource;
import dev.seriatim.api.engine.Scope;
import dev.seriatim.api.media.Images;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.Classifier;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.training.ImageDataSet;
import dev.seriatim.api.training.Objective;
import dev.seriatim.api.weights.Weights;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** A classifier of {@link Stripes}, trained by plain gradient descent. Engine thread. */
final class TrainedClassifier implements AutoCloseable {
  static final ConvClassifierFactory.Configuration SIZE =
      new ConvClassifierFactory.Configuration(
          Stripes.SIZE, Stripes.SIZE, 1, List.of(8, 16), 12, 4, 0.1);
  static final Frame FRAME = Frame.of(new ConditionSpace(Stripes.LABELS, false));

  private static final KernelSource DESCENT =
      new KernelSource(
          "descent.py",
          """
          class Descent(Module):
              def step(self, weight: Tensor, gradient: Tensor, rate: float) -> Tensor:
                  return weight.sub_(gradient * rate)
          """);

  private final Weights weights;
  private final Classifier classifier;

  private TrainedClassifier(Weights weights, Classifier classifier) {
    this.weights = weights;
    this.classifier = classifier;
  }

  static TrainedClassifier fresh(Engine engine) {
    Blueprint<Classifier> blueprint = new ConvClassifierFactory().blueprint(SIZE, FRAME);
    Weights weights = engine.initialise(blueprint.parameters(), 7);
    return new TrainedClassifier(weights, blueprint.build(engine, weights));
  }

  /** Trains on the first images, all in one batch; returns the loss of each step. */
  double[] train(Engine engine, ImageDataSet data, int images, int steps, double rate) {
    double[] losses = new double[steps];
    int[] indices = IntStream.range(0, images).toArray();
    try (Scope scope = engine.scope("training");
        Weights none = engine.initialise(List.of(), 0);
        Kernel descent = engine.kernel(DESCENT, Map.of(), none)) {
      NDArray batch = upload(data.train().images(indices), scope);
      NDArray labels = scope.manager().create(data.train().labels(indices));
      for (int step = 0; step < steps; step++) {
        try (Scope inner = scope.child("step")) {
          NDList found = gradients(engine, inner, batch, labels);
          losses[step] = found.get(0).getFloat();
          for (int i = 0; i < weights.names().size(); i++) {
            NDArray weight = weights.get(weights.names().get(i));
            descent.callForOne(inner.manager(), "step", weight, found.get(i + 1), rate);
          }
        }
      }
    }
    return losses;
  }

  /** Loss and gradients, in the order of the weights. */
  NDList gradients(Engine engine, Scope scope, NDArray images, NDArray labels) {
    return engine.differentiate(
        weights, scope, () -> ((Objective) classifier).loss(images, labels, scope.manager()));
  }

  static NDArray upload(Images images, Scope scope) {
    return scope
        .manager()
        .create(images.pixels(), new Shape(images.samples(), 1, Stripes.SIZE, Stripes.SIZE));
  }

  Classifier classifier() {
    return classifier;
  }

  Weights weights() {
    return weights;
  }

  @Override
  public void close() {
    classifier.close();
    weights.close();
  }
}
