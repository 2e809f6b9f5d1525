package dev.seriatim.schedulers.speculative.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.part.Drafter;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.PlanRequest;

/** Guesses of the model's draft, which runs ahead token by token. */
final class DraftModel implements Proposer {
  private final Drafter drafter;
  private final Residual residual;

  /**
   * @param residual null for coupled draws
   * @throws PartException when the model has no draft
   */
  DraftModel(PlanRequest request, Residual residual) {
    PartException.require(
        request.drafter() != null,
        SpeculativeFactory.ID,
        "model",
        "one with draft-backbone and draft-head",
        "none of them");
    this.drafter = request.drafter();
    this.residual = residual;
  }

  @Override
  public Proposal propose(Canvas canvas, Slots window, NDManager scope) {
    // A coupled draw of the last slot needs no guess. A residual one does, lest the way in which a
    // slot is drawn depend on its place in the window, and with it on the rest of the batch.
    int count = residual == null ? window.count() - 1 : window.count();
    Slots slots = Window.begin(window, canvas.samples(), count);
    if (count == 0) {
      return new Proposal(slots, new long[0], null);
    }
    Drafter.Drafted drafted = drafter.draft(canvas, slots, scope);
    NDArray probabilities =
        residual == null ? null : residual.probabilities(drafted.logits(), scope);
    return new Proposal(slots, drafted.ids(), probabilities);
  }
}
