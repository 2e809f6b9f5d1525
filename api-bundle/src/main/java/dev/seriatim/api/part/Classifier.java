package dev.seriatim.api.part;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.osgi.annotation.versioning.ConsumerType;

/** Judges media: a classifier with a feature space, used to measure what models generate. */
@ConsumerType
public interface Classifier extends Part {
  /** Shape of the images it judges, [channel, row, column]. */
  Shape imageShape();

  /**
   * Features and class scores.
   *
   * @param images float32 [sample, channel, row, column] of {@link #imageShape()}, 0 to 1
   * @return features float32 [sample, feature], and logits float32 [sample, class]
   */
  Judgement judge(NDArray images, NDManager scope);

  /**
   * What a classifier says of a batch.
   *
   * @param features float32 [sample, feature], the last hidden layer
   * @param logits float32 [sample, class]
   */
  record Judgement(NDArray features, NDArray logits) {}
}
