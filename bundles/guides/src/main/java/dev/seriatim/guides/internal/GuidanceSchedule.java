package dev.seriatim.guides.internal;

/** How much of the guidance applies as generation goes on. */
@FunctionalInterface
interface GuidanceSchedule {
  /**
   * The share of the guidance.
   *
   * @param settled fraction of the slots that are settled, 0 to 1
   * @return 0 (scale 1, none) to 1 (the full scale)
   */
  double share(double settled);
}
