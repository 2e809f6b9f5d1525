package dev.seriatim.schedulers.internal;

/** How many slots are unknown in masked decoding. */
@FunctionalInterface
interface MaskSchedule {
  /** Chang et al., "MaskGIT", 2022, section 3.3: hardly any slot settles early. */
  MaskSchedule COSINE = time -> Math.cos(time * Math.PI / 2);

  /** Yu et al., "An image is worth 32 tokens", 2024: ever more, and very many in the last step. */
  MaskSchedule ARCCOS = time -> Math.acos(time) / (Math.PI * 0.5);

  /**
   * The share of the slots that is unknown.
   *
   * @param time from 0, the start, to 1, the end
   * @return from 1 at the start to 0 at the end
   */
  double masked(double time);
}
