package dev.seriatim.api.part;

import ai.djl.ndarray.NDArray;

/**
 * What a backbone is shown of a batch in training.
 *
 * @param levels float32 [sample, slot], how much of each slot is seen: 1 settled, 0 to be
 *     predicted; null where the backbone's own order says it (a causal one sees what comes before)
 * @param order int64 [sample, slot], the slots in the order in which they are generated; null for
 *     the order of their numbers
 */
public record Exposure(NDArray levels, NDArray order) {
  /** The backbone's own order, all slots predicted. */
  public static final Exposure OWN_ORDER = new Exposure(null, null);

  /**
   * How much each slot counts in the loss, float32 [sample, slot]: what is seen does not; null when
   * all count alike.
   */
  public NDArray weight() {
    return levels == null ? null : levels.neg().add(1);
  }
}
