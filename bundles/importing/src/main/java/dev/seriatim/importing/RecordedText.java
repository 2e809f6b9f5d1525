package dev.seriatim.importing;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.engine.RandomStreams;
import dev.seriatim.api.generation.GenerationRequest;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.model.PartReference;
import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.CategoricalDistribution;
import dev.seriatim.api.part.Exposure;
import dev.seriatim.api.part.Head;
import dev.seriatim.api.part.Lesson;
import dev.seriatim.api.part.Step;
import dev.seriatim.api.part.Tokenizer;
import dev.seriatim.api.verification.RecordedCase;
import dev.seriatim.api.verification.RecordedModel;
import dev.seriatim.api.verification.Trace;
import java.util.Collections;
import java.util.List;

/**
 * A text model that reads from left to right, on recorded tokens: what it predicts after each, and
 * what it generates after them. For the verification of families. Engine thread; what comes out
 * belongs to the case.
 */
public final class RecordedText {
  private final RecordedCase recorded;
  private final RecordedModel model;
  private final NDArray ids;
  private final int samples;
  private final int tokens;

  /**
   * A text.
   *
   * @param ids int64 [sample, token]
   */
  public RecordedText(RecordedCase recorded, RecordedModel model, NDArray ids) {
    this.recorded = recorded;
    this.model = model;
    this.ids = ids;
    this.samples = (int) ids.getShape().get(0);
    this.tokens = (int) ids.getShape().get(1);
  }

  private NDManager scope() {
    return recorded.scope().manager();
  }

  private List<Condition> conditions() {
    return Collections.nCopies(samples, Condition.NONE);
  }

  /** The states after each token, by teaching: float32 [sample, token, width]. */
  public NDArray states() {
    // One slot more, whose own token nothing sees.
    NDArray taught = ids.concat(ids.get(":, :1"), 1).expandDims(2);
    Lesson lesson = new Lesson(taught, Exposure.OWN_ORDER, conditions(), null, scope());
    return model.part("backbone", Backbone.class).teach(lesson).get(":, 1:");
  }

  /**
   * What the head makes of states.
   *
   * @param states float32 [sample, token, width]
   * @return float32 [sample, token, id]
   */
  public NDArray logits(NDArray states) {
    Step step = Step.settle(0, Slots.range(0, (int) states.getShape().get(1)));
    CategoricalDistribution distribution =
        (CategoricalDistribution) model.part("head", Head.class).distribution(states, step);
    return distribution.logits().squeeze(2);
  }

  /** A canvas that begins with the text. */
  public Canvas start(int slots) {
    Tokenizer tokenizer = model.part("tokenizer", Tokenizer.class);
    Canvas canvas = Canvas.blank(new Sequence(slots), tokenizer.tokens(), samples);
    for (int sample = 0; sample < samples; sample++) {
      canvas.settle(sample, 0, ids.get(sample).toLongArray());
    }
    return canvas;
  }

  /**
   * Goes on with the most probable tokens, by the loop.
   *
   * @param slots of the whole text
   */
  public Trace greedy(int slots) {
    GenerationRequest request = GenerationRequest.of(conditions()).withStart(start(slots));
    RandomStreams none = recorded.random(samples, (step, at, draw, width, normal) -> null);
    return recorded.run(model.parts(null, List.of()), request.withMode(), none);
  }

  /**
   * Goes on with drawn tokens, by the loop: the head draws by an exponential race, as {@code
   * torch.multinomial} does.
   *
   * @param slots of the whole text
   * @param times recorded times of the race, float32 [token after the text, sample, id]
   */
  public Trace sampled(int slots, List<PartReference> guides, NDArray times) {
    GenerationRequest request = GenerationRequest.of(conditions()).withStart(start(slots));
    NDArray uniform = uniform(times);
    RandomStreams random =
        recorded.random(
            samples,
            (step, at, draw, width, normal) -> uniform.get(at.slot(0, 0) - tokens).expandDims(1));
    return recorded.run(model.parts(null, guides), request, random);
  }

  /** The head makes exponential times of uniform numbers u: −ln(1 − u). */
  private NDArray uniform(NDArray times) {
    float[] numbers = times.toFloatArray();
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) -Math.expm1(-numbers[i]);
    }
    return scope().create(numbers, times.getShape());
  }

  /** The whole text of a run, int64 [sample, slot]. */
  public NDArray ids(Trace trace) {
    return scope()
        .create(trace.canvas().ids(), new Shape(samples, trace.canvas().layout().slots()));
  }

  /** The head's logits of every step of a run, float32 [step, sample, id]. */
  public static NDArray stepLogits(Trace trace) {
    NDList steps = new NDList();
    trace.turns().forEach(turn -> steps.add(turn.logits().get(0).get(":, 0, 0")));
    return NDArrays.stack(steps);
  }
}
