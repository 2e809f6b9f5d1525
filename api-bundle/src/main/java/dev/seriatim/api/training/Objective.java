package dev.seriatim.api.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.seriatim.api.media.Images;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A part that is trained on images by a loss of its own (a tokenizer's reconstruction), outside the
 * pair of backbone and head. Implemented by the part.
 */
@ConsumerType
public interface Objective {
  /**
   * The loss of a batch.
   *
   * @param images float32 [sample, channel, row, column], 0 to 1
   * @param labels int64 [sample]; null where the data have none
   * @return float32 scalar
   */
  NDArray loss(NDArray images, NDArray labels, NDManager scope);

  /**
   * What to look at while it trains, for example reconstructions; null for nothing.
   *
   * @param images a few held-out images
   */
  default Images show(Images images, NDManager scope) {
    return null;
  }
}
