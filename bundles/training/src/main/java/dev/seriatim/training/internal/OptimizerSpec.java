package dev.seriatim.training.internal;

/**
 * How weights are updated.
 *
 * @param learningRate highest learning rate
 * @param warmUp steps over which it grows linearly from 0
 * @param finalLearningRate reached by half a cosine at the last step
 * @param beta1 decay of the gradient's mean
 * @param beta2 decay of the gradient's mean square
 * @param epsilon added to the root of the mean square
 * @param weightDecay per step, times the learning rate
 * @param clip most norm that the gradient of all weights together may have; 0 for no limit
 * @param average decay of the moving average of weights
 */
record OptimizerSpec(
    double learningRate,
    long warmUp,
    double finalLearningRate,
    double beta1,
    double beta2,
    double epsilon,
    double weightDecay,
    double clip,
    double average) {

  static OptimizerSpec read(Settings settings) {
    double rate = settings.number("learning-rate", 0, Double.MAX_VALUE);
    double[] betas = settings.numbers("betas", 0, 1 - 1e-9, 0.9, 0.99);
    OptimizerSpec spec =
        new OptimizerSpec(
            rate,
            settings.whole("warm-up", 0, Long.MAX_VALUE, 0),
            settings.number("final-learning-rate", 0, rate, 0),
            betas[0],
            betas[1],
            settings.number("epsilon", 1e-30, 1, 1e-8),
            settings.number("weight-decay", 0, 100, 0.01),
            settings.number("clip", 0, Double.MAX_VALUE, 1),
            settings.number("ema", 0, 1 - 1e-9, 0.999));
    settings.refuseOthers();
    return spec;
  }

  /**
   * The learning rate of a step: linear warm-up, then half a cosine (Loshchilov and Hutter, "SGDR",
   * 2017, without restarts).
   *
   * @param step from 1
   * @param steps in all
   */
  double learningRate(long step, long steps) {
    if (step <= warmUp) {
      return learningRate * step / warmUp;
    }
    double progress = steps > warmUp + 1 ? (double) (step - warmUp - 1) / (steps - warmUp - 1) : 0;
    return finalLearningRate
        + (learningRate - finalLearningRate) * 0.5 * (1 + Math.cos(Math.PI * progress));
  }

  /**
   * Decay of the moving average at a step; smaller at the start, so that the first weights are soon
   * forgotten.
   *
   * @param step from 1
   */
  double average(long step) {
    return Math.min(average, (1.0 + step) / (10.0 + step));
  }
}
