package dev.seriatim.schedulers.internal;

import ai.djl.ndarray.NDManager;
import dev.seriatim.api.canvas.Layout;
import dev.seriatim.api.engine.StepRandom;
import dev.seriatim.api.part.Exposure;
import dev.seriatim.api.part.Plan;
import dev.seriatim.api.part.PlanRequest;
import dev.seriatim.api.part.Scheduler;

/**
 * Masked diffusion of texts (Nie et al., "Large language diffusion models", 2025): blocks of slots
 * one after the other; within a block every step predicts all that is unknown, and the surest stay.
 * What is settled stays settled.
 *
 * @param blockLength slots of a block; 0 for all that is unknown
 * @param aligned whether blocks begin at multiples of their length instead of at the sample's first
 *     unknown slot
 * @param steps in all, shared out evenly among the blocks; 0 for as many as there are unknown slots
 * @param blockSteps of each block, among which a whole one is shared out; 0 where {@code steps}
 *     says it
 * @param transfer how many settle in each step
 * @param lastTime of the timesteps
 * @param draw how tokens are drawn, and how sure they are
 * @param noise temperature of the Gumbel noise on confidences, at least 0
 * @param threshold confidence from which slots settle beyond what the steps say; infinity for none
 * @param commit when all that is left is taken at once
 * @param spread whether the samples of a batch are masked at evenly spread times in training
 */
record MaskedBlocks(
    int blockLength,
    boolean aligned,
    int steps,
    int blockSteps,
    Transfer transfer,
    double lastTime,
    SureDraw draw,
    double noise,
    double threshold,
    EarlyCommit commit,
    boolean spread)
    implements Scheduler {
  /** The least share of slots that is masked in training; keeps weights finite. */
  private static final double LEAST_TIME = 1e-3;

  @Override
  public Plan plan(PlanRequest request) {
    return new MaskedBlocksPlan(this, request);
  }

  /**
   * Every slot is unknown with the probability of the sample's time t, and then counts 1 / t: the
   * mean over all slots is a bound on the likelihood. Times are uniform in (0, 1]; where they are
   * spread, those of a batch are one uniform number and evenly many steps from it, which changes no
   * mean and little else but the noise (Kingma et al., "Variational diffusion models", 2021).
   */
  @Override
  public Exposure expose(Layout layout, StepRandom random, NDManager scope) {
    return TimedMasks.expose(
        layout,
        random,
        scope,
        (uniform, sample, slot) -> {
          double number =
              spread
                  ? (uniform.at(0, 0) + (double) sample / uniform.samples()) % 1
                  : uniform.at(sample, 0);
          return LEAST_TIME + (1 - LEAST_TIME) * number;
        });
  }
}
