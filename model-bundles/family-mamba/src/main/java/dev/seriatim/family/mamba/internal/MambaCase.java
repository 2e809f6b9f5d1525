package dev.seriatim.family.mamba.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.model.PartReference;
import dev.seriatim.api.part.KernelPart;
import dev.seriatim.api.verification.RecordedCase;
import dev.seriatim.api.verification.RecordedModel;
import dev.seriatim.api.verification.Trace;
import dev.seriatim.importing.OfficialConfig;
import dev.seriatim.importing.RecordedText;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A recorded case: logits of given tokens, what is carried on after some of them, and what the
 * network generates after the first.
 */
final class MambaCase {
  /** What is carried on after the middle token, the last, or so many. */
  private static final Pattern CARRIED =
      Pattern.compile("out\\.(ssm|conv)_state_(mid|final|after_(\\d+))");

  private final RecordedCase recorded;
  private final RecordedModel model;
  private final OfficialConfig settings;

  /** int64 [sample, token]. */
  private final NDArray ids;

  private final int tokens;

  MambaCase(RecordedCase recorded, RecordedModel model) {
    this.recorded = recorded;
    this.model = model;
    this.settings = OfficialConfig.of(MambaFamily.NAME, recorded.settings());
    this.ids = recorded.input("in.ids");
    this.tokens = (int) ids.getShape().get(1);
  }

  void verify() {
    RecordedText text = new RecordedText(recorded, model, ids);
    recorded.output("out.logits", text.logits(text.states()));
    for (String tensor : recorded.tensors()) {
      Matcher carried = CARRIED.matcher(tensor);
      if (carried.matches()) {
        int after =
            switch (carried.group(2)) {
              case "mid" -> tokens / 2;
              case "final" -> tokens;
              default -> Integer.parseInt(carried.group(3));
            };
        recorded.output(tensor, carried(after, carried.group(1).equals("conv")));
      }
    }
    generate();
  }

  /** What is carried on, [layer, sample, inner, tap or state]. */
  private NDArray carried(int after, boolean convolution) {
    Kernel kernel = model.part("backbone", KernelPart.class).kernel();
    NDArray first = ids.get(":, :" + after);
    NDList states = kernel.call(recorded.scope().manager(), "states", first);
    return states.get(convolution ? 0 : 1);
  }

  private void generate() {
    int prompt = settings.integer("prompt_len", tokens);
    RecordedText text = new RecordedText(recorded, model, ids.get(":, :" + prompt));
    if (recorded.has("out.greedy_ids")) {
      Trace greedy = text.greedy(slots("out.greedy_ids"));
      recorded.output("out.greedy_ids", text.ids(greedy));
      recorded.output("out.greedy_step_logits", RecordedText.stepLogits(greedy));
    }
    if (recorded.has("out.sampled_ids")) {
      NDArray times = recorded.input("in.exp_draws");
      Trace sampled = text.sampled(slots("out.sampled_ids"), guides(), times);
      recorded.output("out.sampled_ids", text.ids(sampled));
      recorded.output("out.sampled_step_logits", RecordedText.stepLogits(sampled));
    }
  }

  private int slots(String run) {
    return (int) recorded.recorded(run).getShape().get(1);
  }

  /** The arguments of the notebook's {@code generate}. */
  private List<PartReference> guides() {
    return settings.has("top_k")
        ? List.of(PartReference.of("top-k", "[1.0,2)", Map.of("k", settings.integer("top_k"))))
        : List.of();
  }
}
