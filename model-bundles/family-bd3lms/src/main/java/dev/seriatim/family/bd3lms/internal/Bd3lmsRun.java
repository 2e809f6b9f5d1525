package dev.seriatim.family.bd3lms.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.engine.RandomStreams;
import dev.seriatim.api.generation.GenerationRequest;
import dev.seriatim.api.generation.Loop;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.part.Knobs;
import dev.seriatim.api.part.Plan;
import dev.seriatim.api.part.PlanRequest;
import dev.seriatim.api.part.Tokenizer;
import dev.seriatim.api.verification.RecordedCase;
import dev.seriatim.api.verification.RecordedModel;
import dev.seriatim.api.verification.Trace;
import dev.seriatim.api.verification.Trace.Turn;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** One run of the official sampler. */
final class Bd3lmsRun {
  private final RecordedCase recorded;
  private final NDManager scope;
  private final String name;
  private final Loop.Parts parts;
  private final int block;
  private final int mask;

  /** What the run begins with: the first slot is known. */
  private final Canvas start;

  private final int samples;
  private final int slots;

  /** float32 [step, sample, slot of the block, id]. */
  private final NDArray uniform;

  /** The number of each step, by block and turn in the block. */
  private final Map<List<Integer>, Integer> steps = new LinkedHashMap<>();

  /**
   * @param name of the run
   * @param begin id of the first slot
   */
  Bd3lmsRun(
      RecordedCase recorded, RecordedModel model, Sampling sampling, String name, long begin) {
    this.recorded = recorded;
    this.scope = recorded.scope().manager();
    this.name = name;
    this.parts = model.parts(sampling.scheduler(), sampling.guides());
    this.block = (Integer) sampling.model().get("block-length");
    this.mask = (Integer) sampling.model().get("mask-id");
    this.uniform = recorded.input("in." + name + ".u");
    Shape tokens = recorded.recorded("out." + name + ".tokens").getShape();
    this.samples = (int) tokens.get(0);
    this.slots = (int) tokens.get(1);
    Tokenizer tokenizer = model.part("tokenizer", Tokenizer.class);
    this.start =
        Canvas.blank(new Sequence(slots), (TokenSpace.Discrete) tokenizer.tokens(), samples);
    for (int sample = 0; sample < samples; sample++) {
      start.settle(sample, 0, new long[] {begin});
    }
  }

  void verify() {
    RandomStreams random =
        recorded.random(samples, (turn, at, draw, width, normal) -> numbers(turn, at, draw));
    GenerationRequest request =
        GenerationRequest.of(Collections.nCopies(samples, Condition.NONE)).withStart(start);
    Trace trace = recorded.run(parts, request, random);
    List<Turn> turns = trace.turns();
    output("x", () -> scope.create(sequences(turns), new Shape(turns.size(), samples, slots)));
    output("t", () -> scope.create(times(turns)));
    Plan plan = parts.scheduler().plan(new PlanRequest(start.copy(), random, scope));
    output("probs", () -> stack(turns, turn -> probabilities(plan, turn)));
    output("tokens", () -> scope.create(trace.canvas().ids(), new Shape(samples, slots)));
    output("nfe", () -> scope.create(new long[] {evaluations(turns)}));
  }

  private void output(String output, Supplier<NDArray> found) {
    if (recorded.has("out." + name + "." + output)) {
      recorded.output("out." + name + "." + output, found.get());
    }
  }

  /** The numbers of a step: those by which the head draws, or the time and choice of the plan. */
  private NDArray numbers(int turn, Slots at, int draw) {
    int number = at.slot(0, 0) / block;
    int step = steps.computeIfAbsent(List.of(number, turn), key -> steps.size());
    if (draw == PlanRequest.FIRST_DRAW) {
      int unknown = unknown(number) - turn;
      float time = recorded.input("in." + name + ".u_time").get(step).getFloat();
      float pick = recorded.input("in." + name + ".pick").get(step).getLong();
      return scope.create(new float[] {time, (pick + 0.5f) / unknown}, new Shape(1, 1, 2));
    }
    // The head draws by a race: −ln(−ln u) is its −ln(time) at 1 − u.
    long[] index = new long[samples * at.count()];
    Arrays.setAll(index, i -> at.slot(i / at.count(), i % at.count()) - (long) number * block);
    NDArray all = uniform.get(step);
    Shape shape = new Shape(samples, at.count(), all.getShape().get(2));
    NDArray rows = scope.create(index, new Shape(samples, at.count(), 1)).broadcast(shape);
    return all.gather(rows, 1).neg().add(1);
  }

  /** Slots of a block that are unknown when it begins. */
  private int unknown(int number) {
    return (int)
        IntStream.range(number * block, Math.min((number + 1) * block, slots))
            .filter(slot -> !start.isSettled(0, slot))
            .count();
  }

  /** Ids before each step, up to the end of its block, and −1 behind it. */
  private long[] sequences(List<Turn> turns) {
    long[] all = new long[turns.size() * samples * slots];
    Arrays.fill(all, -1);
    int next = 0;
    for (Turn turn : turns) {
      int end = first(turn) + block;
      for (int sample = 0; sample < samples; sample++) {
        for (int slot = 0; slot < Math.min(end, slots); slot++) {
          all[next + slot] = id(turn.before(), sample, slot);
        }
        next += slots;
      }
    }
    return all;
  }

  private long id(Canvas canvas, int sample, int slot) {
    return canvas.isSettled(sample, slot) ? canvas.id(sample, slot, 0) : mask;
  }

  private int first(Turn turn) {
    return turn.step().slots().slot(0, 0) / block * block;
  }

  private static float[] times(List<Turn> turns) {
    float[] times = new float[turns.size()];
    for (int i = 0; i < times.length; i++) {
      times[i] = (float) turns.get(i).step().knobs().get(Knobs.MASK_RATE, Double.NaN);
    }
    return times;
  }

  /** What the plan draws a block from, [sample, slot of the block, id]. */
  private NDArray probabilities(Plan plan, Turn turn) {
    int first = first(turn);
    int width = Math.min(block, slots - first);
    Slots at = turn.step().slots();
    float[] drawn =
        plan.draw(turn.step(), new Probe(turn.bent()), null, false)
            .tokens()
            .softmax(-1)
            .toFloatArray();
    int vocabulary = drawn.length / (samples * at.count());
    float staying = drawn[mask];
    float[] all = new float[samples * width * vocabulary];
    for (int sample = 0; sample < samples; sample++) {
      for (int slot = first; slot < first + width; slot++) {
        // What is known stays so, with the probability that is left.
        int cell = (sample * width + slot - first) * vocabulary;
        all[cell + (int) id(turn.before(), sample, slot)] = 1 - staying;
        all[cell + mask] = staying;
      }
      for (int i = 0; i < at.count(); i++) {
        int slot = at.slot(sample, i);
        if (!turn.before().isSettled(sample, slot)) {
          int from = (sample * at.count() + i) * vocabulary;
          int to = (sample * width + slot - first) * vocabulary;
          System.arraycopy(drawn, from, all, to, vocabulary);
        }
      }
    }
    return scope.create(all, new Shape(samples, width, vocabulary));
  }

  private static NDArray stack(List<Turn> turns, Function<Turn, NDArray> result) {
    return NDArrays.stack(new NDList(turns.stream().map(result).toList()));
  }

  /** Steps that changed anything: the network runs again after these alone. */
  private long evaluations(List<Turn> turns) {
    return turns.stream()
        .filter(
            turn ->
                IntStream.range(0, samples)
                    .anyMatch(s -> turn.before().settled(s) != turn.after().settled(s)))
        .count();
  }
}
