package dev.seriatim.kernels;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
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
 * what was taken in so far. Tokens, settled or proposed, are taken in lazily, by the forward that
 * first needs them. What was taken in stays valid for as long as the canvas holds the same tokens:
 * a proposal that settles costs nothing more, and one that is replaced is computed anew with all
 * that follows it. So neither speculation nor withdrawal asks for a rollback of its own.
 *
 * <p>Samples may be at different slots. The kernel runs over the slots from the first that any of
 * them needs to the last, and each sample's states are picked from its own.
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
  private final TakenTokens taken;

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
    this(part, kernel, streams, given, cache, new TakenTokens());
  }

  private CausalContext(
      String part,
      Kernel kernel,
      List<Stream> streams,
      List<NDArray> given,
      NDArray cache,
      TakenTokens taken) {
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
    int[] first = firstOfRuns(slots, canvas.samples());
    int past = taken.inputs(canvas);
    int end = 0;
    for (int slot : first) {
      past = Math.min(past, slot);
      end = Math.max(end, slot + slots.count());
    }
    List<Object> arguments = new ArrayList<>();
    arguments.add(seen(canvas, first, slots.count(), Math.max(past - 1, 0), end - 1, scope));
    arguments.addAll(given);
    arguments.add(cache);
    arguments.add(past);
    NDArray states = kernel.callForOne(scope, "step", arguments.toArray());
    taken.took(canvas, past, first, slots.count());
    return new Hidden(streams, picked(states, first, past, slots, scope));
  }

  /**
   * The tokens that a forward takes in, int64 [stream · sample, slot, codebook]. A sample that is
   * behind others holds anything where these are ahead of it: its own states do not see it.
   */
  private NDArray seen(
      Canvas canvas, int[] first, int count, int begin, int end, NDManager scope) {
    int codebooks = canvas.tokenSpace().numbersPerSlot();
    int samples = canvas.samples();
    long[] ids = new long[streams.size() * samples * (end - begin) * codebooks];
    int next = 0;
    for (int row = 0; row < streams.size() * samples; row++) {
      int sample = row % samples;
      int known = first[sample] + count - 1;
      for (int slot = begin; slot < end; slot++) {
        if (slot < known && canvas.level(sample, slot) <= 0) {
          throw PartException.of(
              part,
              "step",
              "slots before those predicted to be settled or proposed",
              "slot " + slot + " unknown");
        }
        for (int codebook = 0; codebook < codebooks; codebook++) {
          ids[next++] = slot < known ? canvas.id(sample, slot, codebook) : 0;
        }
      }
    }
    return scope.create(ids, new Shape((long) streams.size() * samples, end - begin, codebooks));
  }

  /** The states of each sample's own slots, [stream · sample, slot of the step, width]. */
  private static NDArray picked(
      NDArray states, int[] first, int past, Slots slots, NDManager scope) {
    if (slots.isShared()) {
      return past == first[0] ? states : states.get(":, {}:", first[0] - past);
    }
    int rows = (int) states.getShape().get(0);
    int count = slots.count();
    long[] numbers = new long[rows * count];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = first[i / count % first.length] - past + i % count;
    }
    Shape shape = new Shape(rows, count, states.getShape().get(2));
    NDArray index = scope.create(numbers, new Shape(rows, count, 1)).broadcast(shape);
    return states.gather(index, 1);
  }

  @Override
  public void advance(Step step, Draw draw, Canvas canvas) {
    // Taken in by the next forward.
  }

  @Override
  public void rollback(List<int[]> withdrawn) {
    // The next forward compares what was taken in with the canvas.
  }

  @Override
  public BackboneContext fork(NDManager scope) {
    List<NDArray> own = given.stream().map(array -> copy(array, scope)).toList();
    return new CausalContext(part, kernel, streams, own, copy(cache, scope), taken.copy());
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

  /** The first slot of each sample's run: runs are all that a causal context predicts at once. */
  private int[] firstOfRuns(Slots slots, int samples) {
    int[] first = new int[samples];
    for (int sample = 0; sample < samples; sample++) {
      first[sample] = slots.slot(sample, 0);
      for (int i = 1; i < slots.count(); i++) {
        PartException.require(
            slots.slot(sample, i) == first[sample] + i, part, "step", "consecutive slots", slots);
      }
    }
    return first;
  }
}
