package dev.seriatim.schedulers.internal;

import static dev.seriatim.api.part.PartException.require;

/**
 * Fewer sampling steps of the head the more is settled: the later a token, the better is it known
 * from those before (Zhao et al., "DiSA: diffusion step annealing in autoregressive image
 * generation", 2025).
 *
 * @param first sampling steps when nothing is settled; 0 for the head's own number throughout
 * @param last sampling steps towards the end
 * @param schedule {@code linear}, {@code cosine}, or {@code two-stage}: changes half-way
 */
record HeadSteps(int first, int last, String schedule) {
  /**
   * Checks the settings.
   *
   * @param part id of the scheduler; its keys are {@code head-steps-first}, {@code head-steps-last}
   *     and {@code head-steps-schedule}
   */
  HeadSteps checked(String part) {
    require(first >= 0, part, "head-steps-first", "0 (the head's own) or more", first);
    require(
        first > 0 ? last >= 1 : last == 0,
        part,
        "head-steps-last",
        first > 0 ? "at least 1" : "0, as head-steps-first is",
        last);
    boolean known =
        schedule.equals("linear") || schedule.equals("cosine") || schedule.equals("two-stage");
    require(known, part, "head-steps-schedule", "linear, cosine or two-stage", schedule);
    return this;
  }

  /** Whether the head's own number applies. */
  boolean isHeads() {
    return first == 0;
  }

  /**
   * Sampling steps of one step.
   *
   * @param progress fraction of the slots that are settled before it, 0 to 1
   */
  int at(double progress) {
    double share =
        switch (schedule) {
          case "linear" -> progress;
          case "cosine" -> (1 - Math.cos(Math.PI * progress)) / 2;
          default -> progress < 0.5 ? 0 : 1;
        };
    return (int) Math.round(first + (last - first) * share);
  }
}
