package dev.seriatim.schedulers.speculative.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.engine.KernelSource;
import dev.seriatim.api.engine.StepRandom;
import dev.seriatim.api.part.PlanRequest;
import dev.seriatim.api.weights.Weights;
import java.util.Map;

/** Acceptance of guesses by the ratio of probabilities. Engine thread. */
final class Residual implements AutoCloseable {
  private static final KernelSource SOURCE = KernelSource.resource(Residual.class, "residual.py");

  private static final int ACCEPTANCE = PlanRequest.FIRST_DRAW;
  private static final int REDRAW = PlanRequest.FIRST_DRAW + 1;

  private final Kernel kernel;

  Residual(Engine engine, Weights none) {
    this.kernel = engine.kernel(SOURCE, Map.of(), none);
  }

  /**
   * The verified tokens: each guess, or what is drawn in its place.
   *
   * @param logits of the model, float32 [sample, slot, codebook, vocabulary]
   * @return int64 [sample, slot, codebook]
   */
  NDArray verify(NDArray logits, Proposal proposal, StepRandom random) {
    NDManager scope = logits.getManager();
    Shape shape = logits.getShape();
    int codebooks = (int) shape.get(2);
    NDArray ids = scope.create(proposal.ids(), shape.slice(0, 3));
    return kernel.callForOne(
        scope,
        "verify",
        logits,
        ids,
        proposal.probabilities(),
        random.uniform(ACCEPTANCE, codebooks),
        random.uniform(REDRAW, codebooks));
  }

  /** float64 probabilities of logits. */
  NDArray probabilities(NDArray logits, NDManager scope) {
    return kernel.callForOne(scope, "probabilities", logits);
  }

  /**
   * The probabilities of a window's guesses, float64 [sample, slot, codebook, vocabulary], where
   * some were drawn in the window before.
   *
   * @param before of the window before, [sample, slot of that window, codebook, vocabulary]
   * @param from by sample and slot, the place in that window; -1 where the guess is the only choice
   */
  NDArray carried(NDArray before, int[][] from, long[] ids, NDManager scope) {
    Shape shape = before.getShape();
    int count = from[0].length;
    long[] places = new long[from.length * count];
    for (int i = 0; i < places.length; i++) {
      places[i] = from[i / count][i % count];
    }
    try (NDManager inside = scope.newSubManager()) {
      NDArray carried =
          kernel.callForOne(
              inside,
              "carried",
              before,
              inside.create(places, new Shape(from.length, count)),
              inside.create(ids, new Shape(from.length, count, shape.get(2))));
      carried.attach(scope);
      return carried;
    }
  }

  @Override
  public void close() {
    kernel.close();
  }
}
