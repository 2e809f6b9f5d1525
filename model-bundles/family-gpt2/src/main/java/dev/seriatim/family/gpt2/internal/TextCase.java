package dev.seriatim.family.gpt2.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.model.PartReference;
import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.BackboneContext;
import dev.seriatim.api.part.ContextRequest;
import dev.seriatim.api.part.Head;
import dev.seriatim.api.part.Step;
import dev.seriatim.api.part.Stream;
import dev.seriatim.api.verification.RecordedCase;
import dev.seriatim.api.verification.RecordedModel;
import dev.seriatim.api.verification.Trace;
import dev.seriatim.importing.OfficialConfig;
import dev.seriatim.importing.RecordedText;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * What a network makes of recorded tokens: logits, loss, and what it generates after them.
 *
 * @param recorded the case
 * @param model of the case
 * @param name that the case's tensors have after {@code in.} and {@code out.}, with a dot; or
 *     nothing
 * @param variant that the names of this model's outputs end in
 * @param ids int64 [sample, token]
 * @param text the model on these tokens
 */
record TextCase(
    RecordedCase recorded,
    RecordedModel model,
    String name,
    String variant,
    NDArray ids,
    RecordedText text) {
  /**
   * A case's tokens for a network.
   *
   * @param network its name in the case, where the case has several
   */
  static TextCase of(RecordedCase recorded, RecordedModel model, String network, String variant) {
    String name = recorded.has("in." + network + ".ids") ? network + "." : "";
    NDArray ids = recorded.input("in." + name + "ids");
    return new TextCase(
        recorded, model, name, variant, ids, new RecordedText(recorded, model, ids));
  }

  void verify() {
    if (has("logits")) {
      output("logits", text.logits(text.states()));
    }
    if (has("loss")) {
      output("loss", loss());
    }
    if (has("last_logits")) {
      output("last_logits", lastLogits());
    }
    if (has("greedy_ids") || has("greedy_step_logits")) {
      Trace greedy = text.greedy(slots("greedy"));
      output("greedy_ids", text.ids(greedy));
      output("greedy_step_logits", RecordedText.stepLogits(greedy));
    }
    if (has("sampled_ids") || has("sampled_step_logits")) {
      NDArray times = recorded.input("in." + name + "exp_draws");
      Trace sampled = text.sampled(slots("sampled"), guides(), times);
      output("sampled_ids", text.ids(sampled));
      output("sampled_step_logits", RecordedText.stepLogits(sampled));
    }
  }

  private String output(String tensor) {
    return "out." + name + tensor + variant;
  }

  private boolean has(String tensor) {
    return recorded.has(output(tensor));
  }

  private void output(String tensor, NDArray found) {
    recorded.output(output(tensor), found);
  }

  private int tokens() {
    return (int) ids.getShape().get(1);
  }

  /** Slots of a recorded run, prompt included. */
  private int slots(String run) {
    return has(run + "_ids")
        ? (int) recorded.recorded(output(run + "_ids")).getShape().get(1)
        : tokens() + (int) recorded.recorded(output(run + "_step_logits")).getShape().get(0);
  }

  /** The loss of training; targets below 0 do not count. */
  private NDArray loss() {
    NDArray targets = recorded.input("in." + name + "targets");
    NDArray counted = targets.gte(0).toType(DataType.FLOAT32, false);
    NDArray tokens = targets.maximum(0).expandDims(2);
    return model.part("head", Head.class).loss(text.states(), tokens, counted, null);
  }

  /** Logits of the slot after the tokens, through the context: [sample, 1, id]. */
  private NDArray lastLogits() {
    Canvas canvas = text.start(tokens() + 1);
    NDManager scope = recorded.scope().manager();
    List<Condition> none = Collections.nCopies(canvas.samples(), Condition.NONE);
    ContextRequest request =
        new ContextRequest(canvas, List.of(Stream.CONDITIONAL), none, null, scope);
    try (BackboneContext context = model.part("backbone", Backbone.class).open(request)) {
      Step next = Step.settle(0, Slots.shared(tokens()));
      return text.logits(context.forward(next, canvas, scope).states());
    }
  }

  /** The arguments of the official {@code generate}. */
  private List<PartReference> guides() {
    OfficialConfig settings = OfficialConfig.of(NanoGptFamily.NAME, recorded.settings());
    List<PartReference> guides = new ArrayList<>();
    double temperature = settings.number("temperature", 1);
    guides.add(PartReference.of("temperature", "[1.0,2)", Map.of("value", temperature)));
    if (settings.has("top_k")) {
      guides.add(PartReference.of("top-k", "[1.0,2)", Map.of("k", settings.integer("top_k"))));
    }
    return guides;
  }
}
