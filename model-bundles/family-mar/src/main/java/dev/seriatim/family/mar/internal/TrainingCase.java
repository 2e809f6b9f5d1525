package dev.seriatim.family.mar.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.engine.StepRandom;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.part.Exposure;
import dev.seriatim.api.part.Head;
import dev.seriatim.api.part.PlanRequest;
import dev.seriatim.api.part.ProvidesPart;
import dev.seriatim.api.part.Tokenizer;
import dev.seriatim.api.verification.RecordedCase;
import java.util.ArrayList;
import java.util.List;

/** One training step, with recorded orders, times and noise. */
final class TrainingCase {
  /** Diffusion steps that the official code trains with. */
  private static final int STEPS = 1000;

  private static final double MASK_DEVIATION = 0.25;

  private final RecordedCase recorded;
  private final MarCase mar;
  private final NDManager scope;
  private final NDArray tokens;
  private final int samples;
  private final int slots;
  private final int width;

  /** Diffusion times for each token. */
  private final int repeats;

  TrainingCase(RecordedCase recorded, MarCase mar) {
    this.recorded = recorded;
    this.mar = mar;
    this.scope = recorded.scope().manager();
    this.tokens = mar.tokens(recorded.input("train.latents"));
    this.samples = (int) tokens.getShape().get(0);
    this.slots = (int) tokens.getShape().get(1);
    this.width = (int) tokens.getShape().get(2);
    this.repeats = (int) (recorded.recorded("train.t").size() / ((long) samples * slots));
  }

  void run() {
    StepRandom random = random();
    Tokenizer tokenizer = mar.model().part(ProvidesPart.TOKENIZER, Tokenizer.class);
    Exposure exposure =
        mar.model().parts(null, null).scheduler().expose(tokenizer.layout(), random, scope);
    NDArray hidden = mar.teach(tokens, exposure, conditions());
    recorded.output("train.mask", exposure.weight());
    recorded.output("train.z", hidden);
    Head head = mar.model().part(ProvidesPart.HEAD, Head.class);
    recorded.output("train.loss", head.loss(hidden, tokens, exposure.weight(), random));
    terms(hidden);
  }

  /** The two terms of the loss for every row: all tokens of all samples, repeat by repeat. */
  private void terms(NDArray hidden) {
    Kernel kernel = mar.kernel(ProvidesPart.HEAD);
    NDList terms =
        kernel.call(
            scope,
            "terms",
            rows(tokens),
            rows(hidden),
            recorded.input("train.t"),
            recorded.input("train.noise"));
    recorded.output("train.mse", terms.get(0));
    recorded.output("train.vb", terms.get(1));
  }

  private NDArray rows(NDArray array) {
    long last = array.getShape().get(2);
    return array.reshape((long) samples * slots, last).tile(new long[] {repeats, 1});
  }

  /** Labels, some of them dropped by chance. */
  private List<Condition> conditions() {
    List<Condition> conditions = new ArrayList<>(MarCase.labels(recorded.input("train.labels")));
    float[] chances = recorded.input("train.label_drop_rand").toFloatArray();
    double dropped = mar.official().number("label_drop_prob", 0.1);
    for (int i = 0; i < chances.length; i++) {
      if (chances[i] < dropped) {
        conditions.set(i, Condition.NONE);
      }
    }
    return conditions;
  }

  /** What scheduler and head draw in training, from what was recorded. */
  private StepRandom random() {
    NDArray orders = MarCase.ranks(recorded.input("train.orders"));
    NDArray ratio = shareBelow(mar.settings().number("train_mask_rate"));
    NDArray t = recorded.input("train.t").reshape(repeats, samples, slots).transpose(1, 2, 0);
    // The middle of a step's share of the unit interval
    NDArray times = t.toType(DataType.FLOAT32, false).add(0.5).div(STEPS);
    NDArray noise =
        recorded
            .input("train.noise")
            .reshape(repeats, samples, slots, width)
            .transpose(1, 2, 0, 3)
            .reshape(samples, slots, (long) repeats * width);
    return recorded
        .random(
            samples,
            (step, at, draw, numbers, normal) ->
                switch (draw) {
                  case 0 -> times;
                  case 1 -> noise;
                  case PlanRequest.FIRST_DRAW -> orders;
                  default -> ratio;
                })
        .at(0, Slots.range(0, slots), scope);
  }

  /**
   * The uniform number from which a masked share is drawn: the share of the official distribution,
   * a normal of mean 1 cut off below and at 1, that lies below it.
   *
   * @return float32 [sample, slot, 1]
   */
  private NDArray shareBelow(double ratio) {
    double least = mar.official().number("mask_ratio_min", 0.7);
    double root = MASK_DEVIATION * Math.sqrt(2);
    float[] erf =
        scope
            .create(new float[] {(float) ((ratio - 1) / root), (float) ((least - 1) / root)})
            .erf()
            .toFloatArray();
    return scope.full(new Shape(samples, slots, 1), 1 - erf[0] / erf[1]);
  }
}
