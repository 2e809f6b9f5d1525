package dev.seriatim.api.training;

import dev.seriatim.api.media.Media;
import org.osgi.annotation.versioning.ConsumerType;

/** Told of a training run, on the engine's thread. */
@ConsumerType
public interface TrainingListener {
  /**
   * A stage of the recipe (for example the tokenizer) begins or goes on.
   *
   * @param name of the stage
   * @param steps in all
   * @param done already done before an interruption
   */
  default void onStage(String name, long steps, long done) {}

  /**
   * A step is done.
   *
   * @param stage name of the stage
   * @param step from 1
   * @param loss of the batch
   * @param learningRate that was used
   * @param gradientNorm before clipping
   */
  default void onStep(
      String stage, long step, double loss, double learningRate, double gradientNorm) {}

  /**
   * A measure on held-out data.
   *
   * @param name of the measure, for example {@code loss} or {@code accuracy}
   */
  default void onMeasure(String stage, long step, String name, double value) {}

  /** Samples drawn, or reconstructions beside originals, while it trains. */
  default void onSamples(String stage, long step, Media samples) {}

  /** Asked between two steps: true ends the run with a checkpoint. */
  default boolean isCancelled() {
    return false;
  }
}
