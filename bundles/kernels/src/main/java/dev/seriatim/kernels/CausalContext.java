package dev.seriatim.kernels;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/**
 * The context of a causal backbone over the slots in the order of their numbers: keys and values of
 * what was taken in so far. Tokens, settled or proposed, are taken in lazily, by the forward that
 * first needs them, many of them in several calls. What was taken in stays valid for as long as the
 * canvas holds the same tokens: a proposal that settles costs nothing more, and one that is
 * replaced is computed anew with all that follows it. So neither speculation nor withdrawal asks
 * for a rollback of its own.
 *
 * <p>Samples may be at different slots. Where the kernel has the method {@code ragged}, each row
 * takes in its own inputs; else the kernel runs over the slots from the first that any of them
 * needs to the last, and each sample's states are picked from its own.
 *
 * <p>What the network reads are its <i>inputs</i>. Where there is a condition, it is input 0 and
 * predicts slot 0, and input {@code i} is the token of slot {@code i - 1}. Of a text ({@link
 * #ofText}), input {@code i} is the token of slot {@code i}, and nothing predicts slot 0. The
 * kernel's method {@code step(ids, …, cache, past)} gives the states of inputs {@code past} to
 * {@code past + n - 1}, [row, n, width]; {@code ids}, int64 [row, m, codebook] or float32 [row, m,
 * width of a token], are the tokens among them; where {@code past} is 0 and there is a condition,
 * it takes that in first. The method {@code ragged(ids, first, …, cache, end)}, of texts alone,
 * does so for inputs {@code first[row]} to {@code first[row] + n - 1} of each row, {@code end}
 * beyond the last of all rows; what a row holds after the inputs that it needs is arbitrary.
 */
public final class CausalContext implements BackboneContext {
  /** Inputs of one call of the kernel, at most; fewer where they look back on many. */
  private static final int MOST_INPUTS = 512;

  /** Pairs of an input and one that it sees, in one call, but for the fewest inputs. */
  private static final int MOST_PAIRS = 1 << 25;

  private static final int FEWEST_INPUTS = 64;

  private final String part;
  private final Kernel kernel;
  private final List<Stream> streams;
  private final List<NDArray> given;
  private final NDArray cache;

  /** Inputs before the token of slot 0: 1 where a condition comes first. */
  private final int lead;

  /** Whether the kernel has the method {@code ragged}. */
  private final boolean ragged;

  private final TakenTokens taken;

  /**
   * An empty context of a model with a condition.
   *
   * @param part id of the backbone, for messages
   * @param given what every step is given between ids and cache; may hold null. Closed with the
   *     context
   * @param cache that the kernel writes to; closed with the context
   */
  public CausalContext(
      String part, Kernel kernel, List<Stream> streams, List<NDArray> given, NDArray cache) {
    this(part, kernel, streams, given, cache, 1, false, new TakenTokens(1));
  }

  private CausalContext(
      String part,
      Kernel kernel,
      List<Stream> streams,
      List<NDArray> given,
      NDArray cache,
      int lead,
      boolean ragged,
      TakenTokens taken) {
    this.part = part;
    this.kernel = kernel;
    this.streams = List.copyOf(streams);
    this.given = Collections.unmodifiableList(new ArrayList<>(given));
    this.cache = cache;
    this.lead = lead;
    this.ragged = ragged;
    this.taken = taken;
  }

  /**
   * An empty context of a text, whose first token must be given.
   *
   * @param part id of the backbone, for messages
   * @param streams the conditional one alone
   * @param given what every step is given between ids and cache; may hold null. Closed with the
   *     context
   * @param cache that the kernel writes to; closed with the context
   * @throws PartException when there are other streams: without a condition they would be the same
   */
  public static CausalContext ofText(
      String part, Kernel kernel, List<Stream> streams, List<NDArray> given, NDArray cache) {
    return ofText(part, kernel, streams, given, cache, false);
  }

  /**
   * {@link #ofText(String, Kernel, List, List, NDArray)}.
   *
   * @param ragged whether the kernel has the method {@code ragged}
   */
  public static CausalContext ofText(
      String part,
      Kernel kernel,
      List<Stream> streams,
      List<NDArray> given,
      NDArray cache,
      boolean ragged) {
    PartException.require(
        streams.equals(List.of(Stream.CONDITIONAL)),
        part,
        "streams",
        "the conditional one alone, as a causal text has no condition to drop",
        streams);
    return new CausalContext(part, kernel, streams, given, cache, 0, ragged, new TakenTokens(0));
  }

  @Override
  public Hidden forward(Step step, Canvas canvas, NDManager scope) {
    Slots slots = step.slots();
    int[] first = firstOfRuns(slots, canvas.samples());
    int past = taken.inputs(canvas);
    int wanted = Integer.MAX_VALUE;
    int end = 0;
    for (int slot : first) {
      wanted = Math.min(wanted, slot - 1 + lead);
      end = Math.max(end, slot - 1 + lead + slots.count());
    }
    past = Math.min(past, wanted);
    if (ragged && end - wanted > slots.count()) {
      NDArray apart = apart(canvas, first, slots.count(), past, wanted, scope);
      taken.took(canvas, past, first, slots.count());
      return new Hidden(streams, apart);
    }
    NDArray states = states(canvas, first, slots.count(), past, wanted, end, scope);
    taken.took(canvas, past, first, slots.count());
    return new Hidden(streams, picked(states, first, wanted + 1 - lead, slots, scope));
  }

  /** States of inputs {@code wanted} to {@code end - 1}, after those from {@code past} on. */
  private NDArray states(
      Canvas canvas, int[] first, int count, int past, int wanted, int end, NDManager scope) {
    NDList parts = new NDList();
    int most = Math.max(FEWEST_INPUTS, Math.min(MOST_INPUTS, MOST_PAIRS / end));
    for (int from = past; from < end; from += most) {
      int to = Math.min(end, from + most);
      List<Object> arguments = new ArrayList<>();
      arguments.add(seen(canvas, first, count, Math.max(from - lead, 0), to - lead, scope));
      arguments.addAll(given);
      arguments.add(cache);
      arguments.add(from);
      NDArray states = kernel.callForOne(scope, "step", arguments.toArray());
      if (to <= wanted) {
        states.close();
      } else {
        parts.add(wanted <= from ? states : states.get(":, {}:", wanted - from));
      }
    }
    return parts.size() == 1 ? parts.get(0) : NDArrays.concat(parts, 1);
  }

  /**
   * States of {@code count} inputs of each sample, of which the last predicts its last slot.
   *
   * @param past inputs that hold in every sample
   * @param common inputs that every sample needs before those
   */
  private NDArray apart(
      Canvas canvas, int[] first, int count, int past, int common, NDManager scope) {
    if (past < common) {
      states(canvas, first, count, past, common - 1, common, scope).close();
    }
    int samples = first.length;
    int[] held = new int[samples];
    int end = 0;
    for (int sample = 0; sample < samples; sample++) {
      int wanted = first[sample] - 1;
      held[sample] = Math.min(Math.max(taken.inputs(canvas, sample), common), wanted);
      end = Math.max(end, wanted + count);
    }
    int most = Math.max(FEWEST_INPUTS, Math.min(MOST_INPUTS, MOST_PAIRS / (samples * end)));
    while (true) {
      int n = count;
      boolean last = true;
      int[] to = new int[samples];
      for (int sample = 0; sample < samples; sample++) {
        int own = first[sample] - 1 + count;
        to[sample] = Math.min(own, held[sample] + most);
        n = Math.max(n, to[sample] - held[sample]);
        last &= to[sample] == own;
      }
      // All rows are as long as the longest: the others begin with what they hold already.
      int[] from = new int[samples];
      for (int sample = 0; sample < samples; sample++) {
        from[sample] = Math.max(0, to[sample] - n);
      }
      NDArray states = ragged(canvas, from, to, n, scope);
      if (last) {
        return lastOf(states, from, to, count, scope);
      }
      states.close();
      held = to;
    }
  }

  private NDArray ragged(Canvas canvas, int[] from, int[] to, int n, NDManager scope) {
    int rows = streams.size() * from.length;
    int end = 0;
    long[] begin = new long[rows];
    int[][] slots = new int[from.length][n];
    for (int sample = 0; sample < from.length; sample++) {
      for (int i = 0; i < n; i++) {
        // After the inputs that are needed, the last of them again.
        slots[sample][i] = Math.min(from[sample] + i, to[sample] - 1);
      }
      end = Math.max(end, from[sample] + n);
    }
    Arrays.setAll(begin, row -> from[row % from.length]);
    List<Object> arguments = new ArrayList<>();
    arguments.add(CanvasTensors.seen(part, canvas, Slots.perSample(slots), streams.size(), scope));
    arguments.add(scope.create(begin));
    arguments.addAll(given);
    arguments.add(cache);
    arguments.add(end);
    return kernel.callForOne(scope, "ragged", arguments.toArray());
  }

  /**
   * The last {@code count} inputs before {@code to} of each row, of states from {@code from} on.
   */
  private static NDArray lastOf(NDArray states, int[] from, int[] to, int count, NDManager scope) {
    int rows = (int) states.getShape().get(0);
    long[] numbers = new long[rows * count];
    for (int i = 0; i < numbers.length; i++) {
      int sample = i / count % from.length;
      numbers[i] = to[sample] - count - from[sample] + i % count;
    }
    return at(states, numbers, count, scope);
  }

  private static NDArray at(NDArray states, long[] numbers, int count, NDManager scope) {
    int rows = (int) states.getShape().get(0);
    Shape shape = new Shape(rows, count, states.getShape().get(2));
    NDArray index = scope.create(numbers, new Shape(rows, count, 1)).broadcast(shape);
    return states.gather(index, 1);
  }

  /**
   * The tokens that a forward takes in, int64 [stream · sample, slot, codebook] or float32 [stream
   * · sample, slot, width]. A sample that is behind others holds anything where these are ahead of
   * it: its own states do not see it.
   */
  private NDArray seen(Canvas canvas, int[] first, int count, int begin, int end, NDManager scope) {
    int numbers = canvas.tokenSpace().numbersPerSlot();
    int samples = canvas.samples();
    boolean discrete = canvas.tokenSpace() instanceof TokenSpace.Discrete;
    Shape shape = new Shape((long) streams.size() * samples, end - begin, numbers);
    long[] ids = new long[discrete ? (int) shape.size() : 0];
    float[] vectors = new float[discrete ? 0 : (int) shape.size()];
    for (int row = 0; row < streams.size() * samples; row++) {
      int sample = row % samples;
      int known = Math.min(end, first[sample] + count - 1);
      for (int slot = begin; slot < known; slot++) {
        if (canvas.level(sample, slot) <= 0) {
          throw PartException.of(
              part,
              "step",
              "slots before those predicted to be settled or proposed",
              "slot " + slot + " unknown");
        }
        int at = (row * (end - begin) + slot - begin) * numbers;
        for (int i = 0; discrete && i < numbers; i++) {
          ids[at + i] = canvas.id(sample, slot, i);
        }
        if (!discrete) {
          System.arraycopy(canvas.vector(sample, slot), 0, vectors, at, numbers);
        }
      }
    }
    return discrete ? scope.create(ids, shape) : scope.create(vectors, shape);
  }

  /**
   * The states of each sample's own slots, [stream · sample, slot of the step, width].
   *
   * @param states that predict the slots from {@code begin} on
   */
  private static NDArray picked(
      NDArray states, int[] first, int begin, Slots slots, NDManager scope) {
    int rows = (int) states.getShape().get(0);
    int count = slots.count();
    if (states.getShape().get(1) == count) {
      return states;
    }
    long[] numbers = new long[rows * count];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = first[i / count % first.length] - begin + i % count;
    }
    return at(states, numbers, count, scope);
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
    List<NDArray> own = given.stream().map(array -> Copies.of(array, scope)).toList();
    return new CausalContext(
        part, kernel, streams, own, Copies.of(cache, scope), lead, ragged, taken.copy());
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
      PartException.require(
          first[sample] + lead > 0,
          part,
          "prompt",
          "a token before the first that is predicted",
          "none in sample " + sample);
    }
    return first;
  }
}
