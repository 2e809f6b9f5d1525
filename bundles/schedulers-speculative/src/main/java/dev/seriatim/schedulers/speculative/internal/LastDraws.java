package dev.seriatim.schedulers.speculative.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Layout;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.engine.StepRandom;
import dev.seriatim.api.part.CategoricalDistribution;
import dev.seriatim.api.part.Draw;
import dev.seriatim.api.part.PlanRequest;
import dev.seriatim.api.part.Step;

/**
 * Guesses of the model itself: what the last step drew for a slot given guesses that were wrong.
 * Iterated, the window becomes a fixed point: what is drawn given itself. Slots that are new in the
 * window begin with the token of a neighbour.
 */
final class LastDraws implements Proposer {
  private final NDManager scope;
  private final Residual residual;
  private final FirstGuess guess;

  /** Slots of the last step, and the probabilities that it drew from; null before it. */
  private Slots drawnSlots;

  private NDArray drawnFrom;

  /**
   * @param residual null for coupled draws
   */
  LastDraws(PlanRequest request, Residual residual, FirstGuess guess) {
    this.scope = request.scope();
    this.residual = residual;
    this.guess = guess;
  }

  @Override
  public Proposal propose(Canvas canvas, Slots window, NDManager round) {
    int codebooks = canvas.tokenSpace().numbersPerSlot();
    int count = window.count();
    long[] ids = new long[canvas.samples() * count * codebooks];
    int[][] from = new int[canvas.samples()][count];
    for (int sample = 0; sample < canvas.samples(); sample++) {
      for (int i = 0; i < count; i++) {
        int at = (sample * count + i) * codebooks;
        boolean drawn = canvas.level(sample, window.slot(sample, i)) > 0;
        from[sample][i] = drawn ? place(sample, window.slot(sample, i)) : -1;
        for (int codebook = 0; codebook < codebooks; codebook++) {
          ids[at + codebook] =
              drawn
                  ? canvas.id(sample, window.slot(sample, i), codebook)
                  : firstGuess(canvas, sample, window, i, codebook, ids);
        }
      }
    }
    boolean carries = residual != null && drawnFrom != null;
    return new Proposal(
        window, ids, carries ? residual.carried(drawnFrom, from, ids, round) : null);
  }

  /** The token of a neighbour, which may itself be a guess of this window. */
  private long firstGuess(
      Canvas canvas, int sample, Slots window, int i, int codebook, long[] ids) {
    Layout layout = canvas.layout();
    int source = guess.source(window.slot(sample, i), layout);
    if (source < 0) {
      return 0;
    }
    int place = source - window.slot(sample, 0);
    int codebooks = canvas.tokenSpace().numbersPerSlot();
    return place < 0
        ? canvas.id(sample, source, codebook)
        : ids[(sample * window.count() + place) * codebooks + codebook];
  }

  /** Where a slot was in the last step; -1 where it was not. */
  private int place(int sample, int slot) {
    if (drawnSlots == null) {
      return -1;
    }
    int place = slot - drawnSlots.slot(sample, 0);
    return place >= 0 && place < drawnSlots.count() ? place : -1;
  }

  @Override
  public Draw redraw(Step step, CategoricalDistribution distribution, StepRandom random) {
    if (drawnFrom != null) {
      drawnFrom.close();
    }
    drawnSlots = step.slots();
    drawnFrom = residual.probabilities(distribution.logits(), scope);
    return distribution.draw(random);
  }

  @Override
  public boolean goesOnFromDraws() {
    return true;
  }
}
