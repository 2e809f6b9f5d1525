package dev.seriatim.family.bd3lms.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.CategoricalDistribution;
import dev.seriatim.api.part.Exposure;
import dev.seriatim.api.part.Head;
import dev.seriatim.api.part.KernelPart;
import dev.seriatim.api.part.Lesson;
import dev.seriatim.api.part.Step;
import dev.seriatim.api.verification.RecordedCase;
import dev.seriatim.api.verification.RecordedModel;
import dev.seriatim.importing.OfficialConfig;
import java.util.Collections;
import java.util.Map;
import java.util.function.Supplier;

/** A recorded case: the network on a partly masked batch, its loss, and runs of the sampler. */
final class Bd3lmsCase {
  private static final String RUNS = "runs";

  private final RecordedCase recorded;
  private final RecordedModel model;
  private final NDManager scope;
  private final OfficialConfig config;

  /** int64 [sample, slot]. */
  private final NDArray clean;

  private final NDArray noisy;

  /** float32 [sample, slot]. */
  private final NDArray times;

  private final int slots;

  private Bd3lmsCase(RecordedCase recorded, RecordedModel model) {
    this.recorded = recorded;
    this.model = model;
    this.scope = recorded.scope().manager();
    this.config = OfficialConfig.of(Bd3lmsFamily.NAME, recorded.configuration());
    this.clean = recorded.input("in.x0");
    this.noisy = recorded.input("in.xt");
    this.times = recorded.input("in.t");
    this.slots = (int) clean.getShape().get(1);
  }

  static void verify(RecordedCase recorded) {
    new Bd3lmsCase(recorded, recorded.model(recorded.configuration(), recorded.checkpoints()))
        .verify();
  }

  private void verify() {
    Kernel kernel = model.part("backbone", KernelPart.class).kernel();
    NDArray sigma = kernel.callForOne(scope, "noise", times);
    NDArray states = kernel.callForOne(scope, "denoise", noisy, clean, sigma);
    output("block_diff_mask", () -> integers(kernel.callForOne(scope, "denoising", slots)));
    output("denoise_logits", () -> scores(states));
    output("denoise_probs", () -> known(distribution(states).logits().squeeze(2).softmax(-1)));
    output("sample_logits", () -> scores(sampled(kernel)));
    output("nelbo_terms", this::likelihoodTerms);
    OfficialConfig settings = OfficialConfig.of(Bd3lmsFamily.NAME, recorded.settings());
    settings.only("mask_index", mask());
    if (recorded.settings().get(RUNS) instanceof Map<?, ?> runs) {
      int begin = settings.integer("bos_token_id", mask() - 1);
      for (Object name : runs.keySet()) {
        OfficialConfig arguments = settings.section(RUNS).section(String.valueOf(name));
        Sampling sampling = Sampling.of(config).with(arguments);
        new Bd3lmsRun(recorded, model, sampling, String.valueOf(name), begin).verify();
      }
    }
  }

  private void output(String name, Supplier<NDArray> found) {
    if (recorded.has("out." + name)) {
      recorded.output("out." + name, found.get());
    }
  }

  private int mask() {
    return config.integer("vocab_size") - 1;
  }

  private static NDArray integers(NDArray flags) {
    return flags.toType(DataType.INT64, false);
  }

  /** Logits as the output layer gives them, [sample, slot, id]. */
  private NDArray scores(NDArray states) {
    return model
        .part("head", KernelPart.class)
        .kernel()
        .callForOne(scope, "scores", states)
        .squeeze(2);
  }

  private CategoricalDistribution distribution(NDArray states) {
    Step all = Step.settle(0, Slots.range(0, (int) states.getShape().get(1)));
    return (CategoricalDistribution) model.part("head", Head.class).distribution(states, all);
  }

  /** Probabilities, with certainty where the token is known, [sample, slot, id]. */
  private NDArray known(NDArray probabilities) {
    int vocabulary = (int) probabilities.getShape().get(2);
    NDArray certain = noisy.oneHot(vocabulary).toType(DataType.FLOAT32, false);
    NDArray masked = noisy.eq(mask()).expandDims(2).broadcast(probabilities.getShape());
    return NDArrays.where(masked, probabilities, certain);
  }

  /** States of the first blocks alone, as the sampler sees them. */
  private NDArray sampled(Kernel kernel) {
    Shape shape = recorded.recorded("out.sample_logits").getShape();
    long samples = shape.get(0);
    int shown = (int) shape.get(1);
    int heads = config.integer("n_heads");
    int headWidth = config.integer("hidden_dim") / heads;
    NDArray cache =
        scope.zeros(new Shape(config.integer("n_blocks"), 2, samples, heads, shown, headWidth));
    NDArray all = scope.arange(shown).toType(DataType.INT64, false).expandDims(0);
    NDArray ids = noisy.get(":, :" + shown).expandDims(2);
    return kernel.callForOne(scope, "predict", ids, null, 1.0, cache, 0, all.repeat(0, samples));
  }

  /** What each slot contributes to the bound on the likelihood, by the loss that trains. */
  private NDArray likelihoodTerms() {
    NDArray masked = noisy.eq(mask()).toType(DataType.FLOAT32, false);
    NDArray weights = masked.div(times);
    Exposure exposure = new Exposure(masked.neg().add(1), null, weights);
    int samples = (int) clean.getShape().get(0);
    NDArray tokens = clean.expandDims(2);
    Lesson lesson =
        new Lesson(tokens, exposure, Collections.nCopies(samples, Condition.NONE), null, scope);
    NDArray states = model.part("backbone", Backbone.class).teach(lesson);
    Head head = model.part("head", Head.class);
    float[] weight = exposure.weight().toFloatArray();
    float[] terms = new float[weight.length];
    for (int i = 0; i < terms.length; i++) {
      if (weight[i] > 0) {
        float[] alone = new float[terms.length];
        alone[i] = 1;
        NDArray only = scope.create(alone, new Shape(samples, slots));
        terms[i] = weight[i] * head.loss(states, tokens, only, null).getFloat();
      }
    }
    return scope.create(terms, new Shape(samples, slots));
  }
}
