package dev.seriatim.backbone.transformer.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.part.BackboneContext;
import dev.seriatim.api.part.Draw;
import dev.seriatim.api.part.Hidden;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.Step;
import dev.seriatim.api.part.Stream;
import java.util.List;

/**
 * Keys and values of the inputs taken in so far. Tokens are taken in lazily, by the forward that
 * first needs them; proposed tokens (level below 1) are seen but not kept, so speculation needs no
 * rollback of its own.
 */
final class CausalContext implements BackboneContext {
  private final Kernel kernel;
  private final List<Stream> streams;

  /** int64 [row]: rows of the condition table. */
  private final NDArray labels;

  /** float32 [layer, key or value, row, head, input, head width]. */
  private final NDArray cache;

  /** Inputs whose keys and values are valid; input 0 is the condition, i the token of slot i-1. */
  private int taken;

  CausalContext(Kernel kernel, List<Stream> streams, NDArray labels, NDArray cache, int taken) {
    this.kernel = kernel;
    this.streams = streams;
    this.labels = labels;
    this.cache = cache;
    this.taken = taken;
  }

  @Override
  public Hidden forward(Step step, Canvas canvas, NDManager scope) {
    Slots slots = step.slots();
    int first = firstOfRun(slots);
    int end = first + slots.count();
    int past = Math.min(taken, first);
    NDArray ids = tokens(canvas, Math.max(past - 1, 0), end - 1, scope);
    NDArray states = kernel.callForOne(scope, "step", ids, labels, cache, past);
    taken = Math.min(end, 1 + settledPrefix(canvas, end - 1));
    return new Hidden(streams, past == first ? states : states.get(":, {}:", first - past));
  }

  @Override
  public void advance(Step step, Draw draw, Canvas canvas) {
    // Taken in by the next forward.
  }

  @Override
  public void rollback(List<int[]> withdrawn) {
    for (int[] sampleAndSlot : withdrawn) {
      taken = Math.min(taken, sampleAndSlot[1] + 1);
    }
  }

  @Override
  public BackboneContext fork(NDManager scope) {
    NDArray ownLabels = labels.duplicate();
    NDArray ownCache = cache.duplicate();
    ownLabels.attach(scope);
    ownCache.attach(scope);
    return new CausalContext(kernel, streams, ownLabels, ownCache, taken);
  }

  @Override
  public void close() {
    labels.close();
    cache.close();
  }

  /** The first slot of a shared, consecutive run: all that a causal context can predict at once. */
  private static int firstOfRun(Slots slots) {
    for (int i = 0; i < slots.count(); i++) {
      if (!slots.isShared() || slots.slot(0, i) != slots.slot(0, 0) + i) {
        throw PartException.of(
            CausalTransformerFactory.ID,
            "step",
            "consecutive slots, the same for all samples",
            slots.toString());
      }
    }
    return slots.slot(0, 0);
  }

  /** Ids of slots {@code from} to {@code end - 1} for every row, int64 [row, slot, codebook]. */
  private NDArray tokens(Canvas canvas, int from, int end, NDManager scope) {
    int codebooks = ((TokenSpace.Discrete) canvas.tokenSpace()).codebooks();
    int samples = canvas.samples();
    int count = Math.max(end - from, 0);
    long[] ids = new long[streams.size() * samples * count * codebooks];
    int next = 0;
    for (int row = 0; row < streams.size() * samples; row++) {
      for (int slot = from; slot < end; slot++) {
        if (canvas.level(row % samples, slot) <= 0) {
          throw PartException.of(
              CausalTransformerFactory.ID,
              "step",
              "slots before those predicted to be settled or proposed",
              "slot " + slot + " unknown");
        }
        for (int codebook = 0; codebook < codebooks; codebook++) {
          ids[next++] = canvas.id(row % samples, slot, codebook);
        }
      }
    }
    return scope.create(ids, new Shape((long) streams.size() * samples, count, codebooks));
  }

  /** How many leading slots, up to {@code end}, are settled in every sample. */
  private static int settledPrefix(Canvas canvas, int end) {
    for (int slot = 0; slot < end; slot++) {
      for (int sample = 0; sample < canvas.samples(); sample++) {
        if (!canvas.isSettled(sample, slot)) {
          return slot;
        }
      }
    }
    return Math.max(end, 0);
  }
}
