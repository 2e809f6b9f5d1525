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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * The context of a block-causal backbone (Arriola et al., "Block diffusion", 2025): a slot sees all
 * slots of its own block, which are shown as the mask where they are not settled, and the settled
 * tokens of the blocks before it, of which keys and values are kept. Blocks are counted from slot
 * 0; the last one may be shorter. With one block of all slots it is the context of a bidirectional
 * backbone, and keeps nothing. Samples of a batch may be in different blocks.
 *
 * <p>A block is taken in lazily, by the first forward after it. What was taken in stays valid for
 * as long as the canvas holds the same tokens, so withdrawal asks for no rollback of its own. Where
 * nothing has changed since the last forward, its states are given again.
 *
 * <p>In the {@linkplain Stream#UNCONDITIONAL unconditional} stream, what was settled when the
 * context was opened is shown as the mask (Nie et al., "Scaling up masked diffusion models on
 * text", 2024).
 *
 * <p>The kernel's method {@code predict(ids, present, …, cache, past, slots)} gives states [row, m,
 * width] of the slots, int64 [row, m]. {@code ids}, int64 [row, n, 1], are the tokens of slots
 * {@code past} to {@code past + n - 1}, whole blocks; {@code present}, bool [row, past + n], says
 * which slots exist, null for all.
 */
public final class BlockContext implements BackboneContext {
  /** About as many slots are taken in by one call, so that a mask of all pairs stays small. */
  private static final int AT_ONCE = 512;

  private final Network network;
  private final List<Stream> streams;
  private final NDManager scope;
  private final List<NDArray> given;
  private final NDArray cache;
  private final Function<Step, List<Object>> stepArguments;

  /** Whether a slot was settled when the context was opened, [sample][slot]. */
  private final boolean[][] prompt;

  /** The tokens that are in the cache, [sample][slot]: the first {@link #taken} slots. */
  private final long[][] tokens;

  private int taken;

  /** What the last forward was shown, and the states that it gave; null before the first. */
  private Shown shown;

  private NDArray states;

  /**
   * A backbone as this context sees it.
   *
   * @param part id of the backbone, for messages
   * @param kernel with the method {@code predict}
   * @param block slots of a block; 0 for one block of all slots
   * @param mask id that stands for an unknown slot
   */
  public record Network(String part, Kernel kernel, int block, long mask) {}

  /**
   * What a forward was shown.
   *
   * @param slots that were predicted
   * @param ids of their blocks, by row
   * @param lengths of the samples
   */
  private record Shown(Slots slots, long[] ids, int[] lengths) {
    boolean same(Shown other) {
      return other != null
          && slots.equals(other.slots)
          && Arrays.equals(ids, other.ids)
          && Arrays.equals(lengths, other.lengths);
    }
  }

  /**
   * An empty context.
   *
   * @param given what every step is given between {@code present} and cache; closed with the
   *     context
   * @param cache that the kernel writes to; closed with the context. Null for one block of all
   *     slots
   */
  public BlockContext(Network network, ContextRequest request, List<NDArray> given, NDArray cache) {
    this(network, request, given, cache, step -> List.of());
  }

  /**
   * An empty context.
   *
   * @param given what every step is given between {@code present} and cache; closed with the
   *     context
   * @param cache that the kernel writes to; closed with the context. Null for one block of all
   *     slots
   * @param stepArguments what a step is given after that
   */
  public BlockContext(
      Network network,
      ContextRequest request,
      List<NDArray> given,
      NDArray cache,
      Function<Step, List<Object>> stepArguments) {
    this(
        network,
        request.streams(),
        request.scope(),
        given,
        cache,
        stepArguments,
        prompt(request.canvas()),
        new long[request.canvas().samples()][request.canvas().layout().slots()],
        0);
  }

  private BlockContext(
      Network network,
      List<Stream> streams,
      NDManager scope,
      List<NDArray> given,
      NDArray cache,
      Function<Step, List<Object>> stepArguments,
      boolean[][] prompt,
      long[][] tokens,
      int taken) {
    this.network = network;
    this.streams = streams;
    this.scope = scope;
    this.given = List.copyOf(given);
    this.cache = cache;
    this.stepArguments = stepArguments;
    this.prompt = prompt;
    this.tokens = tokens;
    this.taken = taken;
  }

  private static boolean[][] prompt(Canvas canvas) {
    boolean[][] settled = new boolean[canvas.samples()][canvas.layout().slots()];
    for (int sample = 0; sample < settled.length; sample++) {
      for (int slot = 0; slot < settled[sample].length; slot++) {
        settled[sample][slot] = canvas.isSettled(sample, slot);
      }
    }
    return settled;
  }

  @Override
  public Hidden forward(Step step, Canvas canvas, NDManager turn) {
    PartException.require(
        step.levels().from(0) == 0,
        network.part(),
        "step",
        "unknown slots",
        "proposed ones, which do not see those before them alone, and so cannot be verified");
    int slots = canvas.layout().slots();
    int block = network.block() == 0 ? slots : network.block();
    int[][] predicted = predicted(step.slots(), canvas);
    int first = slots;
    int end = 0;
    for (int sample = 0; sample < predicted.length; sample++) {
      IntSummaryStatistics range = IntStream.of(predicted[sample]).summaryStatistics();
      if (range.getCount() > 0) {
        int start = range.getMin() / block * block;
        requireSettled(canvas, sample, start);
        first = Math.min(first, start);
        end = Math.max(end, Math.min((range.getMax() / block + 1) * block, slots));
      }
    }
    taken = valid(canvas) / block * block;
    int past = Math.min(taken, first);
    Shown now = new Shown(step.slots(), ids(canvas, first, end), lengths(canvas));
    if (past < first || !now.same(shown)) {
      int chunk = Math.max(AT_ONCE / block, 1) * block;
      for (; past < first && end - past > chunk; past = Math.min(past + chunk, first)) {
        predict(step, canvas, past, Math.min(past + chunk, first), Slots.shared(past), turn);
      }
      keep(predict(step, canvas, past, end, step.slots(), turn), now);
      takeIn(canvas, first);
    }
    NDArray result = states.duplicate();
    result.attach(turn);
    return new Hidden(streams, result);
  }

  private void keep(NDArray predicted, Shown now) {
    if (states != null) {
      states.close();
    }
    predicted.attach(scope);
    states = predicted;
    shown = now;
  }

  /** How many slots, from the first on, the canvas holds as they are in the cache. */
  private int valid(Canvas canvas) {
    for (int slot = 0; slot < taken; slot++) {
      for (int sample = 0; sample < tokens.length; sample++) {
        if (!canvas.isSettled(sample, slot) || canvas.id(sample, slot, 0) != tokens[sample][slot]) {
          return slot;
        }
      }
    }
    return taken;
  }

  /** The slots before one are in the cache, and no others. */
  private void takeIn(Canvas canvas, int end) {
    for (int sample = 0; sample < tokens.length; sample++) {
      for (int slot = 0; slot < end; slot++) {
        tokens[sample][slot] = canvas.id(sample, slot, 0);
      }
    }
    taken = end;
  }

  private NDArray predict(
      Step step, Canvas canvas, int past, int end, Slots slots, NDManager turn) {
    int rows = streams.size() * canvas.samples();
    List<Object> arguments = new ArrayList<>();
    arguments.add(turn.create(ids(canvas, past, end), new Shape(rows, end - past, 1)));
    arguments.add(present(canvas, end, turn));
    arguments.addAll(given);
    arguments.addAll(stepArguments.apply(step));
    arguments.add(cache);
    arguments.add(past);
    arguments.add(numbers(slots, canvas.samples(), past, end, turn));
    return network.kernel().callForOne(turn, "predict", arguments.toArray());
  }

  /** Slots to predict, [row, slot of the step]; any that is there for those that are elsewhere. */
  private NDArray numbers(Slots slots, int samples, int first, int end, NDManager turn) {
    int rows = streams.size() * samples;
    long[] numbers = new long[rows * slots.count()];
    for (int i = 0; i < numbers.length; i++) {
      int slot = slots.slot(i / slots.count() % samples, i % slots.count());
      numbers[i] = Math.min(Math.max(slot, first), end - 1);
    }
    return turn.create(numbers, new Shape(rows, slots.count()));
  }

  /** Ids of slots as each row is shown them, [row, slot]. */
  private long[] ids(Canvas canvas, int first, int end) {
    int samples = canvas.samples();
    long[] ids = new long[streams.size() * samples * (end - first)];
    int next = 0;
    for (Stream stream : streams) {
      for (int sample = 0; sample < samples; sample++) {
        for (int slot = first; slot < end; slot++) {
          boolean visible = canvas.isSettled(sample, slot) && slot < canvas.length(sample);
          boolean dropped = stream.equals(Stream.UNCONDITIONAL) && prompt[sample][slot];
          ids[next++] = visible && !dropped ? canvas.id(sample, slot, 0) : network.mask();
        }
      }
    }
    return ids;
  }

  private static int[] lengths(Canvas canvas) {
    int[] lengths = new int[canvas.samples()];
    Arrays.setAll(lengths, canvas::length);
    return lengths;
  }

  /** bool [row, slot], up to {@code end - 1}; null where all exist. */
  private NDArray present(Canvas canvas, int end, NDManager turn) {
    int[] lengths = lengths(canvas);
    if (Arrays.stream(lengths).allMatch(length -> length >= end)) {
      return null;
    }
    int rows = streams.size() * lengths.length;
    boolean[] present = new boolean[rows * end];
    for (int i = 0; i < present.length; i++) {
      present[i] = i % end < lengths[i / end % lengths.length];
    }
    return turn.create(present, new Shape(rows, end));
  }

  /**
   * The slots that a step predicts, by sample: those that are not settled. Others are there for
   * other samples' sake, unless all are.
   */
  private static int[][] predicted(Slots slots, Canvas canvas) {
    int[][] all = new int[canvas.samples()][];
    int[][] unknown = new int[all.length][];
    for (int sample = 0; sample < all.length; sample++) {
      int row = sample;
      all[sample] = slots.of(sample);
      unknown[sample] =
          IntStream.of(all[sample]).filter(slot -> !canvas.isSettled(row, slot)).toArray();
    }
    return Arrays.stream(unknown).allMatch(row -> row.length == 0) ? all : unknown;
  }

  private void requireSettled(Canvas canvas, int sample, int end) {
    for (int slot = 0; slot < end; slot++) {
      PartException.require(
          canvas.isSettled(sample, slot),
          network.part(),
          "step",
          "slots of earlier blocks to be settled",
          "slot " + slot + " unknown");
    }
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
  public BackboneContext fork(NDManager other) {
    return new BlockContext(
        network,
        streams,
        other,
        given.stream().map(array -> Copies.of(array, other)).toList(),
        Copies.of(cache, other),
        stepArguments,
        prompt,
        Arrays.stream(tokens).map(long[]::clone).toArray(long[][]::new),
        taken);
  }

  @Override
  public void close() {
    given.forEach(NDArray::close);
    if (cache != null) {
      cache.close();
    }
    if (states != null) {
      states.close();
    }
  }
}
