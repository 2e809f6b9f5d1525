package dev.seriatim.family.llama.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.model.Condition;
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
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.importing.DecoderKeys;
import dev.seriatim.importing.OfficialConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A recorded case: logits of given tokens, all at once and through the cache, and runs of Meta's
 * {@code generate}.
 */
final class DecoderCase {
  private final RecordedCase recorded;
  private final RecordedModel model;
  private final OfficialConfig settings;
  private final NDManager scope;

  private DecoderCase(RecordedCase recorded, RecordedModel model) {
    this.recorded = recorded;
    this.model = model;
    this.settings = OfficialConfig.of(model.descriptor().name(), recorded.settings());
    this.scope = recorded.scope().manager();
  }

  /** Every copy of the model that the case has. */
  static void verifyAll(RecordedCase recorded) {
    for (List<Checkpoint> files : copies(recorded.checkpoints())) {
      RecordedModel model = recorded.model(recorded.configuration(files.get(0)), files);
      new DecoderCase(recorded, model).verify();
    }
  }

  /** One of each file in the layout of Hugging Face; the others of a folder are one together. */
  private static Collection<List<Checkpoint>> copies(List<Checkpoint> checkpoints) {
    Map<Path, List<Checkpoint>> copies = new LinkedHashMap<>();
    for (Checkpoint checkpoint : checkpoints) {
      boolean whole = DecoderKeys.isAmong(List.of(checkpoint));
      Path key = whole ? checkpoint.path() : checkpoint.path().toAbsolutePath().getParent();
      copies.computeIfAbsent(key, path -> new ArrayList<>()).add(checkpoint);
    }
    return copies.values();
  }

  private void verify() {
    if (recorded.has("in.ids")) {
      NDArray ids = recorded.input("in.ids");
      recorded.output("out.logits", taught(ids));
      int prefix = settings.integer("prefill_len", 0);
      if (recorded.has("out.step_logits")) {
        recorded.output("out.step_logits", stepByStep(ids, prefix));
      }
      if (recorded.has("out.chunk_logits")) {
        recorded.output("out.chunk_logits", together(ids, prefix));
      }
    }
    if (recorded.has("in.prompts")) {
      GenerationCase generation = new GenerationCase(recorded, model, settings, this::taught);
      for (String name : recorded.tensors()) {
        if (name.startsWith("out.") && name.endsWith("_tokens")) {
          generation.verify(name.substring(0, name.length() - "_tokens".length()));
        }
      }
    }
  }

  /** Logits at every token, [sample, token, id], all tokens given. */
  private NDArray taught(NDArray ids) {
    int samples = (int) ids.getShape().get(0);
    NDArray tokens = ids.concat(ids.get(":, :1").zerosLike(), 1).expandDims(2);
    List<Condition> none = Collections.nCopies(samples, Condition.NONE);
    NDArray states =
        model
            .part("backbone", Backbone.class)
            .teach(new Lesson(tokens, Exposure.OWN_ORDER, none, null, scope));
    return logits(states.get(":, 1:"));
  }

  private NDArray logits(NDArray states) {
    Step step = Step.settle(0, Slots.range(0, (int) states.getShape().get(1)));
    CategoricalDistribution distribution =
        (CategoricalDistribution) model.part("head", Head.class).distribution(states, step);
    return distribution.logits().squeeze(2);
  }

  /** Logits at the tokens after a prefix, each taken in alone: [token, sample, id]. */
  private NDArray stepByStep(NDArray ids, int prefix) {
    int tokens = (int) ids.getShape().get(1);
    Canvas canvas = canvas(ids);
    NDList logits = new NDList();
    try (BackboneContext context = open(canvas)) {
      settle(canvas, ids, 0, prefix);
      forward(context, canvas, prefix, prefix + 1);
      for (int token = prefix; token < tokens; token++) {
        settle(canvas, ids, token, token + 1);
        logits.add(forward(context, canvas, token + 1, token + 2).squeeze(1));
      }
    }
    return NDArrays.stack(logits);
  }

  /** Logits at tokens that are taken in together after a prefix: [sample, token, id]. */
  private NDArray together(NDArray ids, int prefix) {
    int end = prefix + (int) recorded.recorded("out.chunk_logits").getShape().get(1);
    Canvas canvas = canvas(ids);
    try (BackboneContext context = open(canvas)) {
      settle(canvas, ids, 0, prefix);
      forward(context, canvas, prefix, prefix + 1);
      settle(canvas, ids, prefix, end);
      return forward(context, canvas, prefix + 1, end + 1);
    }
  }

  private NDArray forward(BackboneContext context, Canvas canvas, int first, int end) {
    Step step = Step.settle(0, Slots.range(first, end));
    return logits(context.forward(step, canvas, scope).states());
  }

  /** A blank canvas with a slot after the last token. */
  private Canvas canvas(NDArray ids) {
    Shape shape = ids.getShape();
    return Canvas.blank(
        new Sequence((int) shape.get(1) + 1),
        model.part("tokenizer", Tokenizer.class).tokens(),
        (int) shape.get(0));
  }

  private BackboneContext open(Canvas canvas) {
    List<Condition> none = Collections.nCopies(canvas.samples(), Condition.NONE);
    ContextRequest request =
        new ContextRequest(canvas, List.of(Stream.CONDITIONAL), none, null, scope);
    return model.part("backbone", Backbone.class).open(request);
  }

  private static void settle(Canvas canvas, NDArray ids, int first, int end) {
    NDArray tokens = ids.get(":, {}:{}", first, end);
    canvas.write(Slots.range(first, end), 1f, tokens.toLongArray());
  }
}
