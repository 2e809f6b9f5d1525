package dev.seriatim.schedulers.speculative.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.engine.StepRandom;
import dev.seriatim.api.part.CategoricalDistribution;
import dev.seriatim.api.part.Distribution;
import dev.seriatim.api.part.Draw;
import dev.seriatim.api.part.Knobs;
import dev.seriatim.api.part.Levels;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.Plan;
import dev.seriatim.api.part.PlanRequest;
import dev.seriatim.api.part.Step;

/**
 * Each step guesses a window of tokens and draws all of them anew given the guesses before them.
 * From the left, tokens settle for as long as the guess is what is drawn; the first that differs
 * settles too, since all before it is right. So every step settles at least one slot.
 *
 * <p>Whether the result is distributed as plain decoding's depends on how a token is drawn:
 *
 * <ul>
 *   <li>coupled: with the random numbers that plain decoding has for this slot. A settled token is
 *       then the very token that plain decoding draws (Daliri et al., "Coupling without
 *       communication and drafter-invariant speculative decoding", 2024);
 *   <li>residual: the guess is accepted with probability min(1, p/q), else a token is drawn from
 *       the normalised max(p - q, 0). Settled tokens are distributed as p (Leviathan et al., "Fast
 *       inference from transformers via speculative decoding", 2023; Chen et al., 2023).
 * </ul>
 *
 * <p>Samples of a batch go on from windows of their own, so that each takes the path that it takes
 * alone.
 */
final class VerifyingPlan implements Plan {
  private static final float PROPOSED = 0.5f;

  private final NDManager scope;
  private final int width;
  private final Proposer proposer;
  private final Residual residual;

  /** Whether what a slot is given depends on earlier passes, and not on what is settled alone. */
  private final boolean remembers;

  private int steps;
  private NDManager round;
  private Proposal proposal;

  /** Tokens drawn for the slots that do not settle; null where the verified ones do. */
  private Draw redrawn;

  /**
   * @param width slots of a window, at most
   * @param residual null for coupled draws
   */
  VerifyingPlan(PlanRequest request, int width, Proposer proposer, Residual residual) {
    this.scope = request.scope();
    this.width = width;
    this.proposer = proposer;
    this.residual = residual;
    this.remembers = residual != null && proposer.goesOnFromDraws();
  }

  @Override
  public Step next(Canvas canvas) {
    Slots window = Window.of(canvas, width, !remembers);
    if (window == null) {
      return null;
    }
    round = scope.newSubManager();
    proposal = proposer.propose(canvas, window, round);
    canvas.write(proposal.slots(), PROPOSED, proposal.ids());
    // Guesses that are draws of the last step need other numbers in this one.
    int index = remembers ? steps++ & 0xFFFF : 0;
    return new Step(index, window, Levels.uniform(PROPOSED, 1), Knobs.NONE);
  }

  @Override
  public Draw draw(Step step, Distribution distribution, StepRandom random, boolean mode) {
    redrawn = null;
    if (residual == null || mode) {
      return Plan.super.draw(step, distribution, random, mode);
    }
    if (!(distribution instanceof CategoricalDistribution target)) {
      throw PartException.of(
          "speculative", "head", "a categorical distribution", distribution.getClass().getName());
    }
    NDArray tokens = residual.verify(target.logits(), proposal, random);
    redrawn = proposer.redraw(step, target, random);
    return Draw.of(tokens, target.logProb(tokens).orElse(null));
  }

  @Override
  public void observe(Step step, Draw draw, Canvas canvas) {
    Slots window = step.slots();
    int codebooks = canvas.tokenSpace().numbersPerSlot();
    long[] ids = draw.tokens().toLongArray();
    long[] later = redrawn == null ? ids : redrawn.tokens().toLongArray();
    boolean[][] settles = new boolean[canvas.samples()][window.count()];
    for (int sample = 0; sample < canvas.samples(); sample++) {
      int settling = settling(canvas, window, sample, ids);
      for (int i = 0; i < window.count(); i++) {
        boolean settled = canvas.isSettled(sample, window.slot(sample, i));
        settles[sample][i] = settled || i < settling;
        if (i >= settling) {
          int at = (sample * window.count() + i) * codebooks;
          System.arraycopy(later, at, ids, at, codebooks);
        }
      }
    }
    canvas.write(window, PROPOSED, ids);
    for (int sample = 0; sample < canvas.samples(); sample++) {
      for (int i = 0; i < window.count(); i++) {
        float otherwise = proposer.goesOnFromDraws() ? PROPOSED : 0;
        canvas.setLevel(sample, window.slot(sample, i), settles[sample][i] ? 1 : otherwise);
      }
    }
    round.close();
  }

  /** How many slots of a sample's window are right: those before the first wrong guess, and it. */
  private static int settling(Canvas canvas, Slots window, int sample, long[] ids) {
    int codebooks = canvas.tokenSpace().numbersPerSlot();
    for (int i = 0; i < window.count(); i++) {
      int slot = window.slot(sample, i);
      boolean right = canvas.level(sample, slot) > 0;
      for (int codebook = 0; codebook < codebooks && !canvas.isSettled(sample, slot); codebook++) {
        long id = ids[(sample * window.count() + i) * codebooks + codebook];
        right &= canvas.id(sample, slot, codebook) == id;
      }
      if (!right) {
        return i + 1;
      }
    }
    return window.count();
  }
}
