package dev.seriatim.family.gpt2.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.engine.RandomStreams;
import dev.seriatim.api.generation.GenerationRequest;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.model.PartReference;
import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.BackboneContext;
import dev.seriatim.api.part.CategoricalDistribution;
import dev.seriatim.api.part.ContextRequest;
import dev.seriatim.api.part.Exposure;
import dev.seriatim.api.part.Head;
import dev.seriatim.api.part.Lesson;
import dev.seriatim.api.part.Step;
import dev.seriatim.api.part.Stream;
import dev.seriatim.api.part.Tokenizer;
import dev.seriatim.api.verification.RecordedCase;
import dev.seriatim.api.verification.RecordedModel;
import dev.seriatim.api.verification.Trace;
import dev.seriatim.importing.OfficialConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A recorded text: the network on given tokens, its loss, and what it generates after them.
 *
 * @param name that the case's tensors have after {@code in.} and {@code out.}, with a dot; or
 *     nothing
 * @param ids int64 [sample, token]
 */
record TextCase(RecordedCase recorded, String name, NDArray ids) {
  /**
   * The text of a network.
   *
   * @param network its name in the case, where the case has several
   */
  static TextCase of(RecordedCase recorded, String network) {
    String name = recorded.has("in." + network + ".ids") ? network + "." : "";
    return new TextCase(recorded, name, recorded.input("in." + name + "ids"));
  }

  /**
   * Hands in what a model makes of it.
   *
   * @param variant that the names of this model's outputs end in
   */
  void verify(RecordedModel model, String variant) {
    if (has("logits", variant)) {
      output("logits", variant, logits(model, states(model)));
    }
    if (has("loss", variant)) {
      output("loss", variant, loss(model));
    }
    if (has("last_logits", variant)) {
      output("last_logits", variant, lastLogits(model));
    }
    if (has("greedy_ids", variant) || has("greedy_step_logits", variant)) {
      Trace greedy =
          run(model, length("greedy_ids", "greedy_step_logits", variant), List.of(), null);
      output("greedy_ids", variant, ids(greedy));
      output("greedy_step_logits", variant, stepLogits(greedy));
    }
    if (has("sampled_ids", variant)) {
      NDArray times = recorded.input("in." + name + "exp_draws");
      int length = length("sampled_ids", "sampled_step_logits", variant);
      Trace sampled = run(model, length, guides(), times);
      output("sampled_ids", variant, ids(sampled));
      output("sampled_step_logits", variant, stepLogits(sampled));
    }
  }

  private boolean has(String tensor, String variant) {
    return recorded.has("out." + name + tensor + variant);
  }

  private void output(String tensor, String variant, NDArray found) {
    recorded.output("out." + name + tensor + variant, found);
  }

  private NDManager scope() {
    return recorded.scope().manager();
  }

  private int samples() {
    return (int) ids.getShape().get(0);
  }

  private int given() {
    return (int) ids.getShape().get(1);
  }

  /** Tokens of a recorded text, prompt included. */
  private int length(String tokens, String steps, String variant) {
    if (has(tokens, variant)) {
      return (int) recorded.recorded("out." + name + tokens + variant).getShape().get(1);
    }
    return given() + (int) recorded.recorded("out." + name + steps + variant).getShape().get(0);
  }

  /** The states after each token, [sample, token, width]: that after the last predicts one more. */
  private NDArray states(RecordedModel model) {
    // One slot more, whose own token nothing sees.
    NDArray tokens = ids.concat(ids.get(":, :1"), 1).expandDims(2);
    Lesson lesson = new Lesson(tokens, Exposure.OWN_ORDER, conditions(), null, scope());
    return model.part("backbone", Backbone.class).teach(lesson).get(":, 1:");
  }

  private List<Condition> conditions() {
    List<Condition> none = new ArrayList<>();
    for (int sample = 0; sample < samples(); sample++) {
      none.add(Condition.NONE);
    }
    return none;
  }

  private NDArray logits(RecordedModel model, NDArray states) {
    Step step = Step.settle(0, Slots.range(0, (int) states.getShape().get(1)));
    CategoricalDistribution distribution =
        (CategoricalDistribution) model.part("head", Head.class).distribution(states, step);
    return distribution.logits().squeeze(2);
  }

  /** The loss of training; targets below 0 do not count. */
  private NDArray loss(RecordedModel model) {
    NDArray targets = recorded.input("in." + name + "targets");
    NDArray counted = targets.gte(0).toType(DataType.FLOAT32, false);
    NDArray tokens = targets.maximum(0).expandDims(2);
    return model.part("head", Head.class).loss(states(model), tokens, counted, null);
  }

  /** Logits of the slot after the prompt, [sample, 1, id]. */
  private NDArray lastLogits(RecordedModel model) {
    Canvas canvas = start(model, given() + 1);
    ContextRequest request =
        new ContextRequest(canvas, List.of(Stream.CONDITIONAL), conditions(), null, scope());
    try (BackboneContext context = model.part("backbone", Backbone.class).open(request)) {
      Step next = Step.settle(0, Slots.shared(given()));
      return logits(model, context.forward(next, canvas, scope()).states());
    }
  }

  /** A canvas that begins with the given tokens. */
  private Canvas start(RecordedModel model, int slots) {
    Tokenizer tokenizer = model.part("tokenizer", Tokenizer.class);
    Canvas canvas = Canvas.blank(new Sequence(slots), tokenizer.tokens(), samples());
    for (int sample = 0; sample < samples(); sample++) {
      canvas.settle(sample, 0, ids.get(sample).toLongArray());
    }
    return canvas;
  }

  private List<PartReference> guides() {
    OfficialConfig settings = OfficialConfig.of("nanogpt", recorded.settings());
    List<PartReference> guides = new ArrayList<>();
    double temperature = settings.number("temperature", 1);
    guides.add(PartReference.of("temperature", "[1.0,2)", Map.of("value", temperature)));
    if (settings.has("top_k")) {
      guides.add(PartReference.of("top-k", "[1.0,2)", Map.of("k", settings.integer("top_k"))));
    }
    return guides;
  }

  /**
   * Generates.
   *
   * @param times exponential ones by which tokens are drawn, [step, sample, id]; null for the most
   *     probable token
   */
  private Trace run(RecordedModel model, int length, List<PartReference> guides, NDArray times) {
    GenerationRequest request = GenerationRequest.of(conditions()).withStart(start(model, length));
    NDArray uniform = times == null ? null : uniform(times);
    RandomStreams random =
        recorded.random(
            samples(),
            (step, slots, draw, width, normal) ->
                uniform.get(slots.slot(0, 0) - given()).expandDims(1));
    return recorded.run(
        model.parts(null, guides), times == null ? request.withMode() : request, random);
  }

  /** The head makes exponential times of uniform numbers u: −ln(1 − u). */
  private NDArray uniform(NDArray times) {
    float[] numbers = times.toFloatArray();
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) -Math.expm1(-numbers[i]);
    }
    return scope().create(numbers, times.getShape());
  }

  private NDArray ids(Trace trace) {
    int slots = trace.canvas().layout().slots();
    return scope().create(trace.canvas().ids(), new Shape(samples(), slots));
  }

  /** The head's logits of every step, [step, sample, id]. */
  private static NDArray stepLogits(Trace trace) {
    NDList steps = new NDList();
    trace.turns().forEach(turn -> steps.add(turn.logits().get(0).get(":, 0, 0")));
    return NDArrays.stack(steps);
  }
}
