package dev.seriatim.evaluation.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.part.Classifier;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.training.Objective;

/** A convolutional classifier whose last hidden layer is the feature space. */
record ConvClassifier(Kernel kernel, ConvClassifierFactory.Configuration size, int classes)
    implements Classifier, Objective {
  @Override
  public Shape imageShape() {
    return new Shape(size.imageChannels(), size.height(), size.width());
  }

  @Override
  public Judgement judge(NDArray images, NDManager scope) {
    check(images);
    NDList judged = kernel.call(scope, "judge", images);
    return new Judgement(judged.get(0), judged.get(1));
  }

  @Override
  public NDArray loss(NDArray images, NDArray labels, NDManager scope) {
    check(images);
    if (labels == null) {
      throw PartException.of(ConvClassifierFactory.ID, "labels", "one for each image", "none");
    }
    return kernel.callForOne(scope, "loss", images, labels);
  }

  private void check(NDArray images) {
    Shape shape = images.getShape();
    if (shape.dimension() != 4 || !shape.slice(1).equals(imageShape())) {
      throw PartException.of(
          ConvClassifierFactory.ID,
          "images",
          "shape (samples, " + imageShape().toString().substring(1),
          shape.toString());
    }
  }

  @Override
  public void close() {
    kernel.close();
  }
}
