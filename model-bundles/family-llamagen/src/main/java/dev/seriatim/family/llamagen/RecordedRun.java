package dev.seriatim.family.llamagen;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.engine.RandomStreams;
import dev.seriatim.api.generation.GenerationRequest;
import dev.seriatim.api.generation.Loop;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.verification.RecordedCase;
import dev.seriatim.api.verification.RecordedNumbers;
import dev.seriatim.api.verification.Trace;
import dev.seriatim.api.verification.Trace.Turn;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * A run of the generation loop as the official code ran it. Slots stand in the order in which they
 * were generated, but for {@link #ids}. Engine thread.
 */
public final class RecordedRun {
  private final Trace trace;
  private final NDManager scope;

  private RecordedRun(Trace trace, NDManager scope) {
    this.trace = trace;
    this.scope = scope;
  }

  /** Takes the most probable id of every slot. */
  public static RecordedRun ofModes(
      RecordedCase recorded, Loop.Parts parts, List<Condition> conditions) {
    GenerationRequest request = GenerationRequest.of(conditions).withMode();
    RandomStreams none = recorded.random(conditions.size(), (a, b, c, d, e) -> null);
    return new RecordedRun(recorded.run(parts, request, none), recorded.scope().manager());
  }

  /**
   * Draws ids by exponential times, as {@code torch.multinomial} does.
   *
   * @param times float32 [slot, sample, id], draws from Exp(1)
   */
  public static RecordedRun ofDraws(
      RecordedCase recorded, Loop.Parts parts, List<Condition> conditions, NDArray times) {
    NDManager scope = recorded.scope().manager();
    NDArray uniform = uniform(times, scope).transpose(1, 0, 2);
    AtomicInteger generated = new AtomicInteger();
    RecordedNumbers numbers =
        (step, slots, draw, width, normal) -> {
          int first = generated.getAndAdd(slots.count());
          return uniform.get(":, {}:{}", first, first + slots.count());
        };
    RandomStreams random = recorded.random(conditions.size(), numbers);
    return new RecordedRun(recorded.run(parts, GenerationRequest.of(conditions), random), scope);
  }

  /** The head makes exponential times of uniform numbers u: -ln(1 - u). */
  private static NDArray uniform(NDArray times, NDManager scope) {
    float[] numbers = times.toFloatArray();
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) -Math.expm1(-numbers[i]);
    }
    return scope.create(numbers, times.getShape());
  }

  /** Labels as conditions. */
  public static List<Condition> labels(NDArray labels) {
    return Arrays.stream(labels.toLongArray())
        .<Condition>mapToObj(label -> new Condition.Label((int) label))
        .toList();
  }

  /**
   * Captions as conditions.
   *
   * @param features float32 [sample, caption token, width]
   * @param valid int64 [sample, caption token], 0 for padding
   */
  public static List<Condition> captions(NDArray features, NDArray valid) {
    int tokens = (int) features.getShape().get(1);
    int numbers = tokens * (int) features.getShape().get(2);
    float[] all = features.toFloatArray();
    long[] mask = valid.toLongArray();
    return IntStream.range(0, (int) features.getShape().get(0))
        .<Condition>mapToObj(
            sample -> {
              boolean[] counts = new boolean[tokens];
              for (int token = 0; token < tokens; token++) {
                counts[token] = mask[sample * tokens + token] != 0;
              }
              int first = sample * numbers;
              return new Condition.Features(
                  Arrays.copyOfRange(all, first, first + numbers), counts);
            })
        .toList();
  }

  /** What every step computed. */
  public Trace trace() {
    return trace;
  }

  /** The ids by the numbers of their slots, int64 [sample, slot]. */
  public NDArray ids() {
    return scope.create(
        trace.canvas().ids(), new Shape(trace.canvas().samples(), trace.canvas().layout().slots()));
  }

  /** The slots in the order in which they were generated, int64 [slot]. */
  public NDArray order() {
    return scope.create(
        trace.turns().stream()
            .flatMapToInt(turn -> IntStream.of(turn.step().slots().of(0)))
            .asLongStream()
            .toArray());
  }

  /** How many streams ran. */
  public int streams() {
    return trace.turns().get(0).logits().size();
  }

  /** Logits of a stream as the head gave them, float32 [sample, slot, id]. */
  public NDArray logits(int stream) {
    return join(turn -> turn.logits().get(stream));
  }

  /** Logits after guidance, float32 [sample, slot, id]. */
  public NDArray guided() {
    return join(Turn::combined);
  }

  private NDArray join(Function<Turn, NDArray> logits) {
    NDList all = new NDList();
    trace.turns().forEach(turn -> all.add(logits.apply(turn).squeeze(2)));
    return NDArrays.concat(all, 1);
  }
}
