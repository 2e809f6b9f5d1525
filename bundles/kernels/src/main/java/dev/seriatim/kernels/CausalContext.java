package dev.seriatim.kernels;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.part.BackboneContext;
import dev.seriatim.api.part.Draw;
import dev.seriatim.api.part.Hidden;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.Step;
import dev.seriatim.api.part.Stream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/**
 * The context of a causal backbone over the slots in the order of their numbers: keys and values of
 * what was taken in so far. Tokens are taken in lazily, by the forward that first needs them;
 * proposed tokens (level below 1) are seen but not kept, so speculation needs no rollback of its
 * own.
 *
 * <p>The kernel's method {@code step(ids, …, cache, past)} gives the states that predict slots
 * {@code past} to {@code past + n - 1}, [row, n, width]; {@code ids}, int64 [row, m, codebook], are
 * the tokens of slots {@code max(past - 1, 0)} to {@code past + n - 2}. Where {@code past} is 0, it
 * takes in the condition first.
 */
public final class CausalContext implements BackboneContext {
  private final String part;
  private final Kernel kernel;
  private final List<Stream> streams;
  private final List<NDArray> given;
  private final NDArray cache;

  /** Predictions whose inputs have valid keys and values: slot 0's is the condition. */
  private int taken;

  /**
   * An empty context.
   *
   * @param part id of the backbone, for messages
   * @param given what every step is given between ids and cache; may hold null. Closed with the
   *     context
   * @param cache that the kernel writes to; closed with the context
   */
  public CausalContext(
      String part, Kernel kernel, List<Stream> streams, List<NDArray> given, NDArray cache) {
    this(part, kernel, streams, given, cache, 0);
  }

  private CausalContext(
      String part,
      Kernel kernel,
      List<Stream> streams,
      List<NDArray> given,
      NDArray cache,
      int taken) {
    this.part = part;
    this.kernel = kernel;
    this.streams = List.copyOf(streams);
    this.given = Collections.unmodifiableList(new ArrayList<>(given));
    this.cache = cache;
    this.taken = taken;
  }

  @Override
  public Hidden forward(Step step, Canvas canvas, NDManager scope) {
    Slots slots = step.slots();
    int first = firstOfRun(slots);
    int end = first + slots.count();
    int past = Math.min(taken, first);
    List<Object> arguments = new ArrayList<>();
    Slots before = Slots.range(Math.max(past - 1, 0), end - 1);
    arguments.add(CanvasTensors.seen(part, canvas, before, streams.size(), scope));
    arguments.addAll(given);
    arguments.add(cache);
    arguments.add(past);
    NDArray states = kernel.callForOne(scope, "step", arguments.toArray());
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
    List<NDArray> own = given.stream().map(array -> copy(array, scope)).toList();
    return new CausalContext(part, kernel, streams, own, copy(cache, scope), taken);
  }

  private static NDArray copy(NDArray array, NDManager scope) {
    if (array == null) {
      return null;
    }
    NDArray copy = array.duplicate();
    copy.attach(scope);
    return copy;
  }

  @Override
  public void close() {
    given.stream().filter(Objects::nonNull).forEach(NDArray::close);
    cache.close();
  }

  /** The first slot of a shared, consecutive run: all that a causal context can predict at once. */
  private int firstOfRun(Slots slots) {
    for (int i = 0; i < slots.count(); i++) {
      if (!slots.isShared() || slots.slot(0, i) != slots.slot(0, 0) + i) {
        throw PartException.of(
            part, "step", "consecutive slots, the same for all samples", slots.toString());
      }
    }
    return slots.slot(0, 0);
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
