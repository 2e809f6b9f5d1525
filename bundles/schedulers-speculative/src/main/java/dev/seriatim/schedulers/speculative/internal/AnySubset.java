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
 * A scheduler that guesses many slots at once and keeps those that stand.
 *
 * @param length slots that are guessed at once, at most; 0 for all
 * @param shuffled whether slots settle in a random order, of each sample's own; otherwise in the
 *     order of their numbers
 * @param exact whether the first guess that does not stand is drawn anew, so that the result is
 *     distributed as the model says of that order
 * @param orders that are tried for the same guesses, where it is not exact
 */
record AnySubset(int length, boolean shuffled, boolean exact, int orders, Residual residual)
    implements Scheduler {
  @Override
  public Plan plan(PlanRequest request) {
    return new AnySubsetPlan(this, request);
  }

  @Override
  public void close() {
    residual.close();
  }

  /** Such a scheduler laid out. */
  record Layout(Frame frame, int length, boolean shuffled, boolean exact, int orders)
      implements Blueprint<Scheduler> {
    @Override
    public List<Parameter> parameters() {
      return List.of();
    }

    @Override
    public Scheduler build(Engine engine, Weights none) {
      return new AnySubset(length, shuffled, exact, orders, new Residual(engine, none));
    }
  }
}
