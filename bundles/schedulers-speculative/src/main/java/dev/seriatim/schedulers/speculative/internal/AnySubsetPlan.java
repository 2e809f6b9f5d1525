package dev.seriatim.schedulers.speculative.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.engine.RandomStreams;
import dev.seriatim.api.engine.StepRandom;
import dev.seriatim.api.part.CategoricalDistribution;
import dev.seriatim.api.part.Distribution;
import dev.seriatim.api.part.Draw;
import dev.seriatim.api.part.Knobs;
import dev.seriatim.api.part.Levels;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.Plan;
import dev.seriatim.api.part.PlanRequest;
import dev.seriatim.api.part.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The path of one request on a model that predicts any slot from any subset of the others. A burst
 * begins with one pass that guesses all unknown slots of a window, each for itself from what is
 * settled. Further passes predict the same slots one after the other in some order, each given the
 * guesses before it, and say how many of them stand.
 *
 * @see AssdFactory
 * @see SigmaGptFactory
 */
final class AnySubsetPlan implements Plan {
  private static final float PROPOSED = 0.5f;
  private static final int SHUFFLE = PlanRequest.FIRST_DRAW + 2;
  private static final int STEPS = 0x10000;

  private final AnySubset settings;
  private final RandomStreams random;
  private final NDManager scope;

  /** Slots that were unknown at the start, by sample, in the order in which they settle. */
  private final int[][] orders;

  private int index;

  /** The slots of this burst; null between bursts. */
  private Slots window;

  /** Their guesses, and the probabilities that these were drawn from; null for greedy ones. */
  private long[] guesses;

  private NDArray guessedFrom;

  /** Orders of the window that were tried in this burst. */
  private int tried;

  /** By sample the slots that stand in the best order so far. */
  private final int[][] standing;

  AnySubsetPlan(AnySubset settings, PlanRequest request) {
    Canvas canvas = request.canvas();
    this.settings = settings;
    this.random = request.random();
    this.scope = request.scope();
    this.standing = new int[canvas.samples()][];
    Slots all = Slots.range(0, canvas.layout().slots());
    int[][] every = settings.shuffled() ? shuffled(all, canvas.samples()) : rows(all, canvas);
    this.orders = new int[canvas.samples()][];
    for (int sample = 0; sample < orders.length; sample++) {
      orders[sample] = unknown(every[sample], canvas, sample);
    }
  }

  @Override
  public Step next(Canvas canvas) {
    if (window != null) {
      return step(tried == 0 || settings.exact() ? window : reordered(canvas), PROPOSED, 1);
    }
    window = begin(canvas);
    if (window == null) {
      return null;
    }
    if (window.count() == 1) {
      Step last = step(window, 0, 1);
      window = null;
      return last;
    }
    return step(window, 0, PROPOSED);
  }

  private Step step(Slots slots, float from, float to) {
    return new Step(index++ % STEPS, slots, Levels.uniform(from, to), Knobs.NONE);
  }

  @Override
  public Draw draw(Step step, Distribution distribution, StepRandom numbers, boolean mode) {
    if (step.levels().from(0) == 0 || mode) {
      Draw draw = Plan.super.draw(step, distribution, numbers, mode);
      if (step.levels().to(0) < 1 && !mode) {
        guessedFrom = settings.residual().probabilities(target(distribution).logits(), scope);
      }
      return draw;
    }
    CategoricalDistribution target = target(distribution);
    NDArray logits = target.logits();
    long[] ids = guesses(step.slots());
    NDArray from =
        settings.residual().carried(guessedFrom, places(step.slots()), ids, logits.getManager());
    Proposal proposal = new Proposal(step.slots(), ids, from);
    NDArray tokens = settings.residual().verify(logits, proposal, numbers);
    return Draw.of(tokens, target.logProb(tokens).orElse(null));
  }

  private static CategoricalDistribution target(Distribution distribution) {
    if (distribution instanceof CategoricalDistribution target) {
      return target;
    }
    throw PartException.of(
        "any-subset", "head", "a categorical distribution", distribution.getClass().getName());
  }

  @Override
  public void observe(Step step, Draw draw, Canvas canvas) {
    if (step.levels().from(0) == 0) {
      guesses = draw.tokens().toLongArray();
      tried = 0;
      Arrays.fill(standing, new int[0]);
      step.write(draw, canvas);
      return;
    }
    long[] ids = draw.tokens().toLongArray();
    for (int sample = 0; sample < canvas.samples(); sample++) {
      int[] row = step.slots().of(sample);
      int stands = standing(step.slots(), sample, ids, canvas);
      if (settings.exact()) {
        // The first that does not stand settles too, as the token that was drawn in its place.
        standing[sample] = Arrays.copyOf(row, Math.min(row.length, stands + 1));
      } else if (tried == 0 || stands > standing[sample].length) {
        // The first of an order is predicted as it was guessed: it stands but for rounding.
        standing[sample] = Arrays.copyOf(row, Math.max(1, stands));
      }
    }
    if (settings.exact()) {
      canvas.write(step.slots(), PROPOSED, ids);
    }
    tried++;
    if (settings.exact() || tried == settings.orders()) {
      end(canvas);
    }
  }

  private void end(Canvas canvas) {
    for (int sample = 0; sample < canvas.samples(); sample++) {
      for (int slot : standing[sample]) {
        canvas.setLevel(sample, slot, 1);
      }
      for (int slot : window.of(sample)) {
        canvas.setLevel(sample, slot, canvas.isSettled(sample, slot) ? 1 : 0);
      }
    }
    if (guessedFrom != null) {
      guessedFrom.close();
      guessedFrom = null;
    }
    window = null;
  }

  /** How many slots of an order stand: guesses that were drawn again, or settled before. */
  private int standing(Slots slots, int sample, long[] ids, Canvas canvas) {
    int codebooks = canvas.tokenSpace().numbersPerSlot();
    for (int i = 0; i < slots.count(); i++) {
      int slot = slots.slot(sample, i);
      for (int codebook = 0; codebook < codebooks && !canvas.isSettled(sample, slot); codebook++) {
        int at = (sample * slots.count() + i) * codebooks + codebook;
        if (canvas.id(sample, slot, codebook) != ids[at]) {
          return i;
        }
      }
    }
    return slots.count();
  }

  /**
   * The next slots of each sample, in its order. Where a sample has fewer than others, settled ones
   * follow, which keep what they hold.
   */
  private Slots begin(Canvas canvas) {
    int[][] rows = new int[canvas.samples()][];
    int count = 0;
    for (int sample = 0; sample < rows.length; sample++) {
      int[] left = unknown(orders[sample], canvas, sample);
      int most = settings.length() == 0 ? left.length : Math.min(left.length, settings.length());
      rows[sample] = Arrays.copyOf(left, most);
      count = Math.max(count, most);
    }
    if (count == 0) {
      return null;
    }
    for (int sample = 0; sample < rows.length; sample++) {
      rows[sample] = filled(rows[sample], count, canvas, sample);
    }
    return Slots.perSample(rows);
  }

  /** The window's unknown slots in another order. */
  private Slots reordered(Canvas canvas) {
    int[][] rows = shuffled(window, canvas.samples());
    for (int sample = 0; sample < rows.length; sample++) {
      rows[sample] = filled(unknown(rows[sample], canvas, sample), window.count(), canvas, sample);
    }
    return Slots.perSample(rows);
  }

  private static int[] filled(int[] row, int count, Canvas canvas, int sample) {
    IntStream settled =
        IntStream.range(0, canvas.layout().slots()).filter(slot -> canvas.isSettled(sample, slot));
    return IntStream.concat(IntStream.of(row), settled).limit(count).toArray();
  }

  private static int[] unknown(int[] row, Canvas canvas, int sample) {
    return IntStream.of(row).filter(slot -> !canvas.isSettled(sample, slot)).toArray();
  }

  private static int[][] rows(Slots slots, Canvas canvas) {
    int[][] rows = new int[canvas.samples()][];
    Arrays.setAll(rows, slots::of);
    return rows;
  }

  private int[][] shuffled(Slots slots, int samples) {
    float[] numbers;
    try (NDManager inside = scope.newSubManager()) {
      numbers = random.at(index % STEPS, slots, inside).uniform(SHUFFLE, 1).toFloatArray();
    }
    int[][] rows = new int[samples][];
    for (int sample = 0; sample < samples; sample++) {
      int first = sample * slots.count();
      int row = sample;
      List<Integer> places = new ArrayList<>(IntStream.range(0, slots.count()).boxed().toList());
      places.sort(Comparator.comparing(i -> numbers[first + i]));
      rows[sample] = places.stream().mapToInt(i -> slots.slot(row, i)).toArray();
    }
    return rows;
  }

  /** Where slots stand in the window, by sample. */
  private int[][] places(Slots slots) {
    int[][] places = new int[standing.length][slots.count()];
    for (int sample = 0; sample < places.length; sample++) {
      List<Integer> row = IntStream.of(window.of(sample)).boxed().toList();
      for (int i = 0; i < slots.count(); i++) {
        places[sample][i] = row.indexOf(slots.slot(sample, i));
      }
    }
    return places;
  }

  /** The guesses of the window's slots in another order, [sample, slot, codebook]. */
  private long[] guesses(Slots slots) {
    int[][] places = places(slots);
    int codebooks = guesses.length / (places.length * slots.count());
    long[] ids = new long[guesses.length];
    for (int sample = 0; sample < places.length; sample++) {
      for (int i = 0; i < slots.count(); i++) {
        int from = (sample * slots.count() + Math.max(0, places[sample][i])) * codebooks;
        int to = (sample * slots.count() + i) * codebooks;
        System.arraycopy(guesses, from, ids, to, codebooks);
      }
    }
    return ids;
  }
}
