package dev.seriatim.api.part;

import ai.djl.ndarray.NDArray;

/**
 * What a backbone is shown of a batch in training, and how much each prediction counts.
 *
 * @param levels float32 [sample, slot], how much of each slot is seen: 1 settled, 0 to be
 *     predicted; null where the backbone's own order says it (a causal one sees what comes before)
 * @param order int64 [sample, slot], the slots in the order in which they are generated; null for
 *     the order of their numbers
 * @param likelihoodWeight float32 [sample, slot], at least 0, the weights that make the mean over
 *     all slots of weight · nats an estimate of a bound on the likelihood, as those of masked
 *     diffusion: 1 / t for what is masked at time t, 0 for what is seen (Nie et al., "Large
 *     language diffusion models", 2025, eq. 3); null when the loss is the mean over what is not
 *     seen
 */
public record Exposure(NDArray levels, NDArray order, NDArray likelihoodWeight) {
  /** The backbone's own order, all slots predicted. */
  public static final Exposure OWN_ORDER = new Exposure(null, null);

  /** All that is not seen counts alike. */
  public Exposure(NDArray levels, NDArray order) {
    this(levels, order, null);
  }

  /**
   * How much each slot counts in the loss, float32 [sample, slot]: the given weights, or else what
   * is not seen; null when all count alike.
   */
  public NDArray weight() {
    if (likelihoodWeight != null) {
      return likelihoodWeight;
    }
    return levels == null ? null : levels.neg().add(1);
  }

  /**
   * The loss of the batch.
   *
   * @param weightedMean the head's loss by {@link #weight()}, a scalar
   * @return the mean over all slots of weight · nats where likelihood weights are given, else the
   *     weighted mean as it is
   */
  public NDArray loss(NDArray weightedMean) {
    return likelihoodWeight == null ? weightedMean : weightedMean.mul(likelihoodWeight.mean());
  }
}
