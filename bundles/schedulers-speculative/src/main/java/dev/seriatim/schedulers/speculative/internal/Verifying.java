package dev.seriatim.schedulers.speculative.internal;

import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.Plan;
import dev.seriatim.api.part.PlanRequest;
import dev.seriatim.api.part.Scheduler;
import dev.seriatim.api.weights.Parameter;
import dev.seriatim.api.weights.Weights;
import java.util.List;

/**
 * A scheduler that guesses and verifies.
 *
 * @param width slots that are verified in one pass, at most
 * @param proposals where guesses come from
 * @param residual null for coupled draws
 */
record Verifying(int width, Proposals proposals, Residual residual) implements Scheduler {
  /** Makes the proposer of a request. */
  @FunctionalInterface
  interface Proposals {
    /**
     * Makes it.
     *
     * @param residual null for coupled draws
     */
    Proposer of(PlanRequest request, Residual residual);
  }

  @Override
  public Plan plan(PlanRequest request) {
    return new VerifyingPlan(request, width, proposals.of(request, residual), residual);
  }

  @Override
  public void close() {
    if (residual != null) {
      residual.close();
    }
  }

  /** Such a scheduler laid out. */
  record Layout(Frame frame, int width, Proposals proposals, Acceptance acceptance)
      implements Blueprint<Scheduler> {
    @Override
    public List<Parameter> parameters() {
      return List.of();
    }

    @Override
    public Scheduler build(Engine engine, Weights none) {
      return new Verifying(width, proposals, acceptance.build(engine, none));
    }
  }
}
