package dev.seriatim.family.llada.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.generation.GenerationRequest;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.model.PartReference;
import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.CategoricalDistribution;
import dev.seriatim.api.part.Distribution;
import dev.seriatim.api.part.Exposure;
import dev.seriatim.api.part.Head;
import dev.seriatim.api.part.Lesson;
import dev.seriatim.api.part.Step;
import dev.seriatim.api.part.Tokenizer;
import dev.seriatim.api.verification.RecordedCase;
import dev.seriatim.api.verification.RecordedModel;
import dev.seriatim.api.verification.Trace;
import dev.seriatim.importing.OfficialConfig;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A recorded case: the network alone, how many tokens settle in each step, and runs. */
final class MaskedTextCase {
  private static final String RUNS = "runs";
  private static final String OUT = "out.";
  private static final Pattern COUNTS = Pattern.compile("num_transfer_([\\d_]+)_over_(\\d+)");

  private final RecordedCase recorded;
  private final RecordedModel model;
  private final NDManager scope;
  private final TokenSpace.Discrete tokens;
  private final OfficialConfig settings;
  private final int mask;

  /** Imports the case's model. */
  MaskedTextCase(String family, RecordedCase recorded) {
    this.recorded = recorded;
    this.model = recorded.model(recorded.configuration(), recorded.checkpoints());
    this.scope = recorded.scope().manager();
    this.tokens = (TokenSpace.Discrete) model.part("tokenizer", Tokenizer.class).tokens();
    this.settings = OfficialConfig.of(family, recorded.settings());
    this.mask = OfficialConfig.of(family, recorded.configuration()).integer("mask_token_id");
    settings.only("mask_id", mask);
  }

  /**
   * Runs it.
   *
   * @param arguments what a run's arguments come to, given those of the whole case
   */
  void verify(BiFunction<OfficialConfig, OfficialConfig, Sampling> arguments) {
    output("full_logits", () -> logits(taught(recorded.input("in.ids"))));
    for (String name : recorded.tensors()) {
      Matcher counts = COUNTS.matcher(name);
      if (counts.find()) {
        recorded.output(name, transferred(counts.group(1).split("_"), counts.group(2)));
      }
    }
    if (!recorded.has("in.prompt")) {
      return;
    }
    Prompts prompts = Prompts.of(recorded);
    output("full_logits_padded", () -> logits(padded(prompts)));
    if (recorded.settings().get(RUNS) instanceof Map<?, ?> runs) {
      for (Object name : runs.keySet()) {
        OfficialConfig values = settings.section(RUNS).section(String.valueOf(name));
        run(String.valueOf(name), arguments.apply(settings, values), prompts);
      }
    }
  }

  private void run(String name, Sampling sampling, Prompts prompts) {
    MaskedTextRun run =
        new MaskedTextRun(
            recorded,
            new WholeRows(model, scope),
            model.parts(sampling.scheduler(), sampling.guides()),
            sampling,
            prompts,
            new MaskedTextRun.Ids(tokens, mask),
            "in." + name + ".");
    run.outputs().forEach((tensor, found) -> output(name + "." + tensor, found));
  }

  private void output(String name, Supplier<NDArray> found) {
    if (recorded.has(OUT + name)) {
      recorded.output(OUT + name, found.get());
    }
  }

  /** [sample, slot, id]. */
  static NDArray logits(Distribution distribution) {
    return ((CategoricalDistribution) distribution).logits().squeeze(2);
  }

  /** All tokens known, by the path of training. */
  private Distribution taught(NDArray ids) {
    NDArray known = scope.ones(ids.getShape(), DataType.FLOAT32);
    List<Condition> none = Collections.nCopies((int) ids.getShape().get(0), Condition.NONE);
    NDArray states =
        model
            .part("backbone", Backbone.class)
            .teach(new Lesson(ids.expandDims(2), new Exposure(known, null), none, null, scope));
    Step all = Step.settle(0, Slots.range(0, (int) ids.getShape().get(1)));
    return model.part("head", Head.class).distribution(states, all);
  }

  private Distribution padded(Prompts prompts) {
    return new WholeRows(model, scope).distribution(prompts.ids(), prompts.present(0));
  }

  /** How many of some numbers of slots settle in each step, by runs of the loop. */
  private NDArray transferred(String[] unknown, String steps) {
    PartReference scheduler =
        PartReference.of(
            "masked.blocks", "[1.0,2)", Map.of("steps", Integer.valueOf(steps), "temperature", 0));
    int count = Integer.parseInt(steps);
    long[] settled = new long[unknown.length * count];
    for (int i = 0; i < unknown.length; i++) {
      Canvas canvas = Canvas.blank(new Sequence(Integer.parseInt(unknown[i])), tokens, 1);
      Trace trace =
          recorded.run(
              model.parts(scheduler, List.of()),
              GenerationRequest.of(List.of(Condition.NONE)).withStart(canvas),
              recorded.engine().random(0, new long[] {0}));
      for (Trace.Turn turn : trace.turns()) {
        settled[i * count + turn.step().index()] =
            turn.after().settled(0) - turn.before().settled(0);
      }
    }
    return scope.create(settled, new Shape(unknown.length, count));
  }
}
