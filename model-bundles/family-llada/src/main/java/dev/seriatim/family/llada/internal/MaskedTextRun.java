package dev.seriatim.family.llada.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.engine.RandomStreams;
import dev.seriatim.api.generation.GenerationRequest;
import dev.seriatim.api.generation.Loop;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.part.Distribution;
import dev.seriatim.api.part.Guide;
import dev.seriatim.api.part.PlanRequest;
import dev.seriatim.api.part.Step;
import dev.seriatim.api.part.Stream;
import dev.seriatim.api.verification.RecordedCase;
import dev.seriatim.api.verification.Trace;
import dev.seriatim.api.verification.Trace.Turn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * One run of the official {@code generate}, by the loop. The official code records the whole of
 * each step: padding, slots that are settled, blocks to come, and steps that settle nothing. What
 * the loop does not compute of it, is computed here by the same parts; what it does, is the loop's.
 */
final class MaskedTextRun {
  /** Ids of the model, and the one that stands for an unknown slot. */
  record Ids(TokenSpace.Discrete tokens, long mask) {}

  private final RecordedCase recorded;
  private final WholeRows network;
  private final Loop.Parts parts;
  private final Sampling sampling;
  private final Prompts prompts;
  private final Ids ids;
  private final String inputs;
  private final NDManager scope;
  private final int samples;
  private final int length;

  /** The turn of each step; null where a step settles nothing. */
  private final Turn[] turns;

  /** The canvas before each step, and at the end. */
  private final Canvas[] canvases;

  /**
   * @param inputs prefix of the names of the run's recorded numbers
   */
  MaskedTextRun(
      RecordedCase recorded,
      WholeRows network,
      Loop.Parts parts,
      Sampling sampling,
      Prompts prompts,
      Ids ids,
      String inputs) {
    this.recorded = recorded;
    this.network = network;
    this.parts = parts;
    this.sampling = sampling;
    this.prompts = prompts;
    this.ids = ids;
    this.inputs = inputs;
    this.scope = network.scope();
    this.samples = prompts.samples();
    this.length = prompts.length() + sampling.length();
    this.turns = new Turn[sampling.steps()];
    this.canvases = new Canvas[sampling.steps() + 1];
    run();
  }

  private void run() {
    Canvas start = prompts.start(ids.tokens(), sampling.length());
    List<Condition> none = Collections.nCopies(samples, Condition.NONE);
    RandomStreams random =
        recorded.random(
            samples, (step, at, draw, width, normal) -> numbers(step, at, prompts.padding(), draw));
    Trace trace = recorded.run(parts, GenerationRequest.of(none).withStart(start), random);
    for (Turn turn : trace.turns()) {
      turns[turn.step().index()] = turn;
    }
    canvases[0] = start;
    for (int step = 0; step < turns.length; step++) {
      canvases[step + 1] = turns[step] == null ? canvases[step] : turns[step].after();
    }
  }

  /**
   * The numbers that the official code drew: the head draws by a race, whose times are −ln(1 − u).
   *
   * @param shift from a sample's slots to its places in the recorded rows
   */
  private NDArray numbers(int step, Slots at, int[] shift, int draw) {
    long[] places = new long[samples * at.count()];
    for (int i = 0; i < places.length; i++) {
      int place = at.slot(i / at.count(), i % at.count()) + shift[i / at.count()];
      // Slots that a sample does not have have no place; any number will do for them.
      places[i] = Math.min(place, length - 1);
    }
    NDArray index = scope.create(places, new Shape(samples, at.count(), 1));
    if (draw == PlanRequest.FIRST_DRAW) {
      return recorded.input(inputs + "remask_u").get(step).expandDims(2).gather(index, 1);
    }
    NDArray uniform = recorded.input(inputs + "gumbel_u").get(step);
    Shape every = new Shape(samples, at.count(), uniform.getShape().get(2));
    return uniform.gather(index.broadcast(every), 1).neg().add(1);
  }

  /** What the run gives, by name; computed when it is asked for. */
  Map<String, Supplier<NDArray>> outputs() {
    int steps = turns.length;
    Map<String, Supplier<NDArray>> outputs = new LinkedHashMap<>();
    outputs.put("x", () -> stack(steps + 1, this::shown));
    outputs.put("x0", () -> stack(steps, this::drawn));
    outputs.put("confidence", () -> stack(steps, this::confidence));
    outputs.put("select_order", this::selected);
    outputs.put("logits", () -> stack(steps, this::logits));
    outputs.put("logits_first", () -> stack(1, this::logits));
    outputs.put("guided_logits", () -> stack(steps, this::guided));
    outputs.put("guided_logits_first", () -> stack(1, this::guided));
    return outputs;
  }

  private static NDArray stack(int steps, IntFunction<NDArray> of) {
    return NDArrays.stack(new NDList(IntStream.range(0, steps).mapToObj(of).toList()));
  }

  /** The row of each sample before a step, the mask where it is unknown, int64 [sample, n]. */
  private NDArray shown(int step) {
    Canvas canvas = canvases[step];
    long[] row = new long[samples * length];
    long[] prompt = prompts.ids().toLongArray();
    for (int i = 0; i < row.length; i++) {
      int sample = i / length;
      int slot = i % length - prompts.padding()[sample];
      if (slot < 0) {
        row[i] = prompt[sample * prompts.length() + i % length];
      } else {
        row[i] = canvas.isSettled(sample, slot) ? canvas.id(sample, slot, 0) : ids.mask();
      }
    }
    return scope.create(row, new Shape(samples, length));
  }

  /** Each stream's distribution of all tokens of a step. */
  private Map<Stream, Distribution> distributions(int step) {
    Map<Stream, Distribution> streams = new LinkedHashMap<>();
    NDArray row = shown(step);
    NDArray present = prompts.present(sampling.length());
    streams.put(Stream.CONDITIONAL, network.distribution(row, present));
    if (sampling.guided()) {
      NDArray unknown =
          scope.full(new Shape(samples, prompts.length()), ids.mask(), DataType.INT64);
      NDArray without = unknown.concat(row.get(":, {}:", prompts.length()), 1);
      streams.put(Stream.UNCONDITIONAL, network.distribution(without, present));
    }
    return streams;
  }

  /** Logits of all streams, conditional first, [stream · sample, n, id]. */
  private NDArray logits(int step) {
    List<NDArray> all = new ArrayList<>();
    for (Distribution distribution : distributions(step).values()) {
      NDArray found = turns[step] == null ? null : turns[step].logits().get(all.size());
      all.add(overlaid(MaskedTextCase.logits(distribution), found, step));
    }
    return NDArrays.concat(new NDList(all), 0);
  }

  private NDArray guided(int step) {
    NDArray found = turns[step] == null ? null : turns[step].combined();
    return overlaid(MaskedTextCase.logits(bent(step, Guide.Stage.COMBINE)), found, step);
  }

  /** The distribution of all tokens after the guides up to a stage. */
  private Distribution bent(int step, Guide.Stage last) {
    Map<Stream, Distribution> streams = distributions(step);
    Distribution distribution = streams.remove(Stream.CONDITIONAL);
    Step all = Step.settle(step, Slots.range(0, length));
    for (Guide guide : parts.guides()) {
      if (guide.stage().compareTo(last) <= 0) {
        distribution = guide.apply(distribution, streams, all, canvases[step]);
      }
    }
    return distribution;
  }

  /** The tokens drawn for all that is unknown, those that are known elsewhere, [sample, n]. */
  private NDArray drawn(int step) {
    Distribution distribution = bent(step, Guide.Stage.TRUNCATE);
    NDArray tokens;
    if (sampling.temperature() == 0) {
      tokens = distribution.mode().tokens();
    } else {
      RandomStreams whole =
          recorded.random(
              samples,
              (at, slots, draw, width, normal) -> numbers(at, slots, new int[samples], draw));
      tokens =
          distribution
              .tempered(sampling.temperature())
              .draw(whole.at(step, Slots.range(0, length), scope))
              .tokens();
    }
    NDArray found = turns[step] == null ? null : turns[step].draw().tokens();
    NDArray all = overlaid(tokens.squeeze(2), found, step);
    NDArray row = shown(step);
    return NDArrays.where(row.eq(ids.mask()), all, row);
  }

  /**
   * Replaces what was computed of a step's slots by what the loop computed of them.
   *
   * @param all [sample, n, …], float32 or int64
   * @param found [sample, slot of the step, …]; null for nothing
   */
  private NDArray overlaid(NDArray all, NDArray found, int step) {
    if (found == null) {
      return all;
    }
    int width = (int) (all.size() / samples / length);
    boolean floats = all.getDataType() == DataType.FLOAT32;
    Object target = floats ? all.toFloatArray() : all.toLongArray();
    Object source = floats ? found.toFloatArray() : found.toLongArray();
    forEachUnknown(
        step,
        (sample, i, place) ->
            System.arraycopy(
                source,
                (sample * turns[step].step().slots().count() + i) * width,
                target,
                (sample * length + place) * width,
                width));
    return floats
        ? scope.create((float[]) target, all.getShape())
        : scope.create((long[]) target, all.getShape());
  }

  /** What a step does with one of the slots that it predicts. */
  @FunctionalInterface
  private interface Predicted {
    /**
     * @param i which slot of the step
     * @param place in the recorded row
     */
    void at(int sample, int i, int place);
  }

  private void forEachUnknown(int step, Predicted predicted) {
    Slots slots = turns[step].step().slots();
    for (int sample = 0; sample < samples; sample++) {
      for (int i = 0; i < slots.count(); i++) {
        int slot = slots.slot(sample, i);
        if (!canvases[step].isSettled(sample, slot)) {
          predicted.at(sample, i, slot + prompts.padding()[sample]);
        }
      }
    }
  }

  /** Confidences of what may settle in a step, negative infinity elsewhere, [sample, n]. */
  private NDArray confidence(int step) {
    return scope.create(confidences(step), new Shape(samples, length));
  }

  private float[] confidences(int step) {
    float[] all = new float[samples * length];
    Arrays.fill(all, Float.NEGATIVE_INFINITY);
    if (turns[step] == null) {
      return all;
    }
    Slots slots = turns[step].step().slots();
    float[] found =
        sampling.random()
            ? numbers(step, slots, prompts.padding(), PlanRequest.FIRST_DRAW).toFloatArray()
            : turns[step].draw().confidence().toFloatArray();
    forEachUnknown(
        step,
        (sample, i, place) -> all[sample * length + place] = found[sample * slots.count() + i]);
    return all;
  }

  /** The places that settle in each step, the surest first, then -1, [step, sample, most]. */
  private NDArray selected() {
    List<List<Integer>> rows = new ArrayList<>();
    for (int step = 0; step < turns.length; step++) {
      float[] confidence = confidences(step);
      Canvas after = canvases[step + 1];
      Canvas before = canvases[step];
      for (int sample = 0; sample < samples; sample++) {
        int row = sample;
        int padding = prompts.padding()[sample];
        rows.add(
            IntStream.range(0, length - padding)
                .filter(slot -> after.isSettled(row, slot) && !before.isSettled(row, slot))
                .map(slot -> slot + padding)
                .boxed()
                .sorted(Comparator.comparing(place -> -confidence[row * length + place]))
                .toList());
      }
    }
    int most = rows.stream().mapToInt(List::size).max().orElse(0);
    long[] all = new long[rows.size() * most];
    for (int i = 0; i < all.length; i++) {
      List<Integer> row = rows.get(i / most);
      all[i] = i % most < row.size() ? row.get(i % most) : -1;
    }
    return scope.create(all, new Shape(turns.length, samples, most));
  }
}
