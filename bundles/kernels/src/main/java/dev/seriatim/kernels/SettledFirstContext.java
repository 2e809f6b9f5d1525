package dev.seriatim.kernels;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.part.BackboneContext;
import dev.seriatim.api.part.ContextRequest;
import dev.seriatim.api.part.Draw;
import dev.seriatim.api.part.Hidden;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.Step;
import dev.seriatim.api.part.Stream;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The context of a causal network that unmasks (Liu et al., "WeDLM: reconciling diffusion language
 * models with standard causal attention for fast inference", 2025): what is settled is put before
 * what is not, whatever its slot, and keeps the position of its slot. So a mask sees all that is
 * settled, and the masks of the slots before its own; and the keys and values of the settled slots
 * that no unknown slot precedes stay valid, and are kept.
 *
 * <p>Samples may be at different slots: those that have fewer inputs than others are filled up at
 * the end, where nothing that is needed sees it. A context that was withdrawn from takes in anew
 * what has changed.
 *
 * <p>The kernel's method {@code reordered(ids, slots, …, cache, past, index)} gives states [row, m,
 * width] of the inputs {@code past + index}, int64 [row, m]. {@code ids}, int64 [row, n, 1], are
 * the tokens or masks of the inputs from {@code past} on, {@code slots}, int64 [row, n], their
 * slots; each input sees those before it. Input {@code i} before {@code past} is slot {@code i}.
 */
public final class SettledFirstContext implements BackboneContext {
  /** Inputs of one call of the kernel, where more are to be taken in. */
  private static final int MOST_INPUTS = 512;

  private final String part;
  private final Kernel kernel;
  private final long mask;
  private final List<NDArray> given;
  private final NDArray cache;

  /** The tokens that are in the cache, [sample][slot]: the first {@link #taken} slots. */
  private final long[][] tokens;

  private int taken;

  /**
   * An empty context.
   *
   * @param part id of the backbone, for messages
   * @param mask id that stands for an unknown slot
   * @param request for the conditional stream alone
   * @param given what every step is given between slots and cache; closed with the context
   * @param cache that the kernel writes to; closed with the context
   * @throws PartException when there are other streams
   */
  public SettledFirstContext(
      String part,
      Kernel kernel,
      long mask,
      ContextRequest request,
      List<NDArray> given,
      NDArray cache) {
    this(
        part,
        kernel,
        mask,
        given,
        cache,
        new long[request.canvas().samples()][request.canvas().layout().slots()],
        0);
    PartException.require(
        request.streams().equals(List.of(Stream.CONDITIONAL)),
        part,
        "streams",
        "the conditional one alone, as what is settled comes first",
        request.streams());
  }

  private SettledFirstContext(
      String part,
      Kernel kernel,
      long mask,
      List<NDArray> given,
      NDArray cache,
      long[][] tokens,
      int taken) {
    this.part = part;
    this.kernel = kernel;
    this.mask = mask;
    this.given = List.copyOf(given);
    this.cache = cache;
    this.tokens = tokens;
    this.taken = taken;
  }

  @Override
  public Hidden forward(Step step, Canvas canvas, NDManager scope) {
    // A network runs on one input at least.
    taken = Math.min(valid(canvas), canvas.layout().slots() - 1);
    int prefix = prefix(canvas);
    for (; prefix - taken > MOST_INPUTS; taken += MOST_INPUTS) {
      int[][] chunk = new int[tokens.length][];
      Arrays.fill(chunk, IntStream.range(taken, taken + MOST_INPUTS).toArray());
      states(canvas, chunk, Slots.shared(taken), scope).close();
    }
    int[][] inputs = new int[tokens.length][];
    for (int sample = 0; sample < inputs.length; sample++) {
      inputs[sample] = inputs(step.slots().of(sample), canvas, sample);
    }
    NDArray states = states(canvas, inputs, step.slots(), scope);
    for (int sample = 0; sample < tokens.length; sample++) {
      for (int slot = 0; slot < prefix; slot++) {
        tokens[sample][slot] = canvas.id(sample, slot, 0);
      }
    }
    taken = prefix;
    return new Hidden(List.of(Stream.CONDITIONAL), states);
  }

  /** How many slots, from the first on, the canvas holds as they are in the cache. */
  private int valid(Canvas canvas) {
    for (int slot = 0; slot < taken; slot++) {
      for (int sample = 0; sample < tokens.length; sample++) {
        if (!isKnown(canvas, sample, slot) || canvas.id(sample, slot, 0) != tokens[sample][slot]) {
          return slot;
        }
      }
    }
    return taken;
  }

  /** How many slots, from the first on, are settled in every sample. */
  private static int prefix(Canvas canvas) {
    int slot = 0;
    while (slot < canvas.layout().slots()) {
      for (int sample = 0; sample < canvas.samples(); sample++) {
        if (!isKnown(canvas, sample, slot)) {
          return slot;
        }
      }
      slot++;
    }
    return slot;
  }

  private static boolean isKnown(Canvas canvas, int sample, int slot) {
    return slot < canvas.length(sample) && canvas.isSettled(sample, slot);
  }

  /**
   * The slots of a sample that come after those taken in: what is settled, then what is unknown, as
   * far as the step looks.
   */
  private int[] inputs(int[] predicted, Canvas canvas, int sample) {
    int last =
        IntStream.of(predicted).filter(slot -> !isKnown(canvas, sample, slot)).max().orElse(-1);
    IntStream settled =
        IntStream.range(taken, canvas.length(sample)).filter(slot -> isKnown(canvas, sample, slot));
    IntStream unknown =
        IntStream.range(taken, Math.min(last + 1, canvas.length(sample)))
            .filter(slot -> !isKnown(canvas, sample, slot));
    return IntStream.concat(settled, unknown).toArray();
  }

  /**
   * Runs the kernel.
   *
   * @param inputs slots of each sample, in order
   * @param predicted slots whose states are asked for; any state where a slot is no input
   */
  private NDArray states(Canvas canvas, int[][] inputs, Slots predicted, NDManager scope) {
    int samples = inputs.length;
    int n = Math.max(1, Arrays.stream(inputs).mapToInt(row -> row.length).max().orElse(0));
    int count = predicted.count();
    long[] ids = new long[samples * n];
    long[] slots = new long[samples * n];
    long[] index = new long[samples * count];
    Arrays.fill(ids, mask);
    for (int sample = 0; sample < samples; sample++) {
      int[] row = inputs[sample];
      for (int i = 0; i < row.length; i++) {
        slots[sample * n + i] = row[i];
        if (isKnown(canvas, sample, row[i])) {
          ids[sample * n + i] = canvas.id(sample, row[i], 0);
        }
        for (int k = 0; k < count; k++) {
          if (predicted.slot(sample, k) == row[i]) {
            index[sample * count + k] = i;
          }
        }
      }
    }
    Object[] arguments = new Object[given.size() + 5];
    arguments[0] = scope.create(ids, new Shape(samples, n, 1));
    arguments[1] = scope.create(slots, new Shape(samples, n));
    for (int i = 0; i < given.size(); i++) {
      arguments[2 + i] = given.get(i);
    }
    arguments[2 + given.size()] = cache;
    arguments[3 + given.size()] = taken;
    arguments[4 + given.size()] = scope.create(index, new Shape(samples, count));
    return kernel.callForOne(scope, "reordered", arguments);
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
    return new SettledFirstContext(
        part,
        kernel,
        mask,
        given.stream().map(array -> Copies.of(array, scope)).toList(),
        Copies.of(cache, scope),
        Arrays.stream(tokens).map(long[]::clone).toArray(long[][]::new),
        taken);
  }

  @Override
  public void close() {
    given.forEach(NDArray::close);
    cache.close();
  }
}
