package dev.seriatim.family.llama.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.engine.RandomStreams;
import dev.seriatim.api.generation.GenerationRequest;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.model.PartReference;
import dev.seriatim.api.part.Tokenizer;
import dev.seriatim.api.verification.RecordedCase;
import dev.seriatim.api.verification.RecordedModel;
import dev.seriatim.api.verification.Trace;
import dev.seriatim.api.verification.Trace.Turn;
import dev.seriatim.importing.OfficialConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Runs of Meta's {@code generate}: prompts of different lengths go on together from the end of the
 * shortest, and what comes out is cut at the token that ends a text.
 */
final class GenerationCase {
  private final RecordedCase recorded;
  private final RecordedModel model;
  private final OfficialConfig settings;
  private final NDManager scope;

  /** Ids [sample, token] to logits at every token [sample, token, id]. */
  private final UnaryOperator<NDArray> taught;

  private final long[][] prompts;
  private final int shortest;
  private final int slots;

  GenerationCase(
      RecordedCase recorded,
      RecordedModel model,
      OfficialConfig settings,
      UnaryOperator<NDArray> taught) {
    this.recorded = recorded;
    this.model = model;
    this.settings = settings;
    this.scope = recorded.scope().manager();
    this.taught = taught;
    this.prompts = prompts(recorded.input("in.prompts"), recorded.input("in.prompt_lens"));
    int longest = Arrays.stream(prompts).mapToInt(prompt -> prompt.length).max().orElseThrow();
    this.shortest = Arrays.stream(prompts).mapToInt(prompt -> prompt.length).min().orElseThrow();
    int room = settings.integer("max_gen_len") + longest;
    this.slots = Math.min(settings.integer("max_seq_len", room), room);
  }

  private static long[][] prompts(NDArray padded, NDArray lengths) {
    int width = (int) padded.getShape().get(1);
    long[] all = padded.toLongArray();
    long[] ends = lengths.toLongArray();
    long[][] prompts = new long[ends.length][];
    for (int sample = 0; sample < prompts.length; sample++) {
      int first = sample * width;
      prompts[sample] = Arrays.copyOfRange(all, first, first + (int) ends[sample]);
    }
    return prompts;
  }

  /**
   * Runs it again and hands in tokens, lengths and log-probabilities. A run without random numbers
   * is greedy; one that is wider than what was generated echoes its prompts.
   *
   * @param run prefix of the tensors' names
   */
  void verify(String run) {
    boolean greedy = run.contains("greedy") || !recorded.has("in.exp_draws");
    long width = recorded.recorded(run + "_tokens").getShape().get(1);
    boolean echo = width > settings.integer("max_gen_len");
    GenerationRequest request =
        GenerationRequest.of(Collections.nCopies(prompts.length, Condition.NONE))
            .withStart(start());
    Trace trace =
        greedy
            ? recorded.run(model.parts(null, List.of()), request.withMode(), noNumbers())
            : recorded.run(model.parts(null, guides()), request, numbers(run));
    handIn(run, trace, echo);
  }

  private Canvas start() {
    TokenSpace tokens = model.part("tokenizer", Tokenizer.class).tokens();
    Canvas canvas = Canvas.blank(new Sequence(slots), tokens, prompts.length);
    for (int sample = 0; sample < prompts.length; sample++) {
      canvas.settle(sample, 0, prompts[sample]);
    }
    return canvas;
  }

  private List<PartReference> guides() {
    return Decoder.nucleus(settings.number("temperature"), settings.number("top_p", 1));
  }

  private RandomStreams noNumbers() {
    return recorded.random(prompts.length, (step, at, draw, width, normal) -> null);
  }

  /**
   * The recorded exponential times, which belong to ranks of the sorted distribution, as the
   * uniform numbers u that the head makes times −ln(1 − u) of, by id. The recorded tokens tell the
   * distributions and with them the ranks.
   */
  private RandomStreams numbers(String run) {
    NDArray times = recorded.input("in.exp_draws");
    NDArray order = taught.apply(known(run)).argSort(-1, false);
    NDArray ranks = order.argSort(-1);
    NDArray uniform = uniform(times).transpose(1, 0, 2);
    return recorded.random(
        prompts.length,
        (step, at, draw, width, normal) -> {
          int slot = at.slot(0, 0);
          int turn = slot - shortest;
          if (turn >= times.getShape().get(0)) {
            // The official run had ended: every text had its end.
            return scope.full(new Shape(prompts.length, 1, width), 0.5f);
          }
          NDArray rank = ranks.get(":, {}", slot - 1);
          return uniform.get(":, {}", turn).gather(rank, 1).expandDims(1);
        });
  }

  /** Tokens of a run with its prompts; anything after the end of a text. */
  private NDArray known(String run) {
    NDArray tokens = recorded.recorded(run + "_tokens");
    int width = (int) tokens.getShape().get(1);
    long[] all = tokens.toLongArray();
    long[] known = new long[prompts.length * slots];
    for (int i = 0; i < known.length; i++) {
      int slot = i % slots;
      known[i] = slot < width ? Math.max(all[i / slots * width + slot], 0) : 0;
    }
    return scope.create(known, new Shape(prompts.length, slots));
  }

  private NDArray uniform(NDArray times) {
    float[] numbers = times.toFloatArray();
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) -Math.expm1(-numbers[i]);
    }
    return scope.create(numbers, times.getShape());
  }

  private void handIn(String run, Trace trace, boolean echo) {
    Shape shape = recorded.recorded(run + "_tokens").getShape();
    int width = (int) shape.get(1);
    long[] tokens = new long[(int) shape.size()];
    float[] logProbs = new float[tokens.length];
    long[] lengths = new long[prompts.length];
    Arrays.fill(tokens, -1);
    float[][] all = logProbs(trace);
    for (int sample = 0; sample < prompts.length; sample++) {
      int first = echo ? 0 : prompts[sample].length;
      int end = end(trace.canvas(), sample, first);
      for (int slot = first; slot < end; slot++) {
        tokens[sample * width + slot - first] = trace.canvas().id(sample, slot, 0);
        logProbs[sample * width + slot - first] = all[sample][slot];
      }
      lengths[sample] = end - first;
    }
    recorded.output(run + "_tokens", scope.create(tokens, shape));
    recorded.output(run + "_lens", scope.create(lengths));
    recorded.output(run + "_logprobs", scope.create(logProbs, shape));
  }

  /** Where a text was cut: at the end that it was allowed, or before an id that ends texts. */
  private int end(Canvas canvas, int sample, int first) {
    List<Integer> ends = new ArrayList<>(settings.integerOrList("eos_id"));
    int most = Math.min(slots, prompts[sample].length + settings.integer("max_gen_len"));
    for (int slot = first; slot < most; slot++) {
      if (ends.contains((int) canvas.id(sample, slot, 0))) {
        return slot;
      }
    }
    return most;
  }

  /**
   * Log-probability of every token but the first, [sample][slot], before temperature and cuts: in
   * the loop as each step had it, in the prompts as they are when taught.
   */
  private float[][] logProbs(Trace trace) {
    NDArray ids = scope.create(trace.canvas().ids(), new Shape(prompts.length, slots));
    NDArray logits = taught.apply(ids);
    float[][] found = new float[prompts.length][slots];
    for (int slot = 1; slot < slots; slot++) {
      Turn turn = slot < shortest ? null : trace.turns().get(slot - shortest);
      NDArray at =
          turn == null ? logits.get(":, {}", slot - 1) : turn.logits().get(0).get(":, 0, 0");
      NDArray picked = at.logSoftmax(-1).gather(ids.get(":, {}:{}", slot, slot + 1), 1);
      float[] column = picked.toFloatArray();
      for (int sample = 0; sample < prompts.length; sample++) {
        found[sample][slot] = column[sample];
      }
    }
    return found;
  }
}
