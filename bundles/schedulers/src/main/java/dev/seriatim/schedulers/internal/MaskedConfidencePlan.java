package dev.seriatim.schedulers.internal;

import static dev.seriatim.api.part.PlanRequest.FIRST_DRAW;

import ai.djl.ndarray.NDArray;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.engine.RandomStreams;
import dev.seriatim.api.part.Draw;
import dev.seriatim.api.part.Knobs;
import dev.seriatim.api.part.Levels;
import dev.seriatim.api.part.Plan;
import dev.seriatim.api.part.PlanRequest;
import dev.seriatim.api.part.Step;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

/** The path of one request through masked decoding. */
final class MaskedConfidencePlan implements Plan {
  private final MaskedConfidence settings;
  private final RandomStreams random;

  /** Unknown slots of each sample at the start. */
  private final int[] unknown;

  private int done;

  MaskedConfidencePlan(MaskedConfidence settings, PlanRequest request) {
    this.settings = settings;
    this.random = request.random();
    Canvas canvas = request.canvas();
    this.unknown =
        IntStream.range(0, canvas.samples())
            .map(sample -> canvas.layout().slots() - canvas.settled(sample))
            .toArray();
  }

  @Override
  public Step next(Canvas canvas) {
    if (done == expectedSteps()) {
      return null;
    }
    return new Step(done, UnknownSlots.of(canvas), Levels.SETTLE, knobs());
  }

  /** Guidance follows the steps, not the settled slots. */
  private Knobs knobs() {
    Map<String, Double> values = new HashMap<>();
    values.put(Knobs.PROGRESS, (double) done / settings.steps());
    values.put(Knobs.PROGRESS_AFTER, 1 - settings.schedule().masked(ratio()));
    values.put(Knobs.STEP_SHARE, settings.steps() == 1 ? 1 : done / (settings.steps() - 1.0));
    double softmax = settings.annealSoftmax() ? 0.5 + 0.8 * (1 - ratio()) : 1;
    values.put(Knobs.TEMPERATURE, settings.annealTokens() ? softmax * temperature() : softmax);
    return new Knobs(values);
  }

  /** The share of the path that the step leads to. */
  private double ratio() {
    return (done + 1.0) / settings.steps();
  }

  private double temperature() {
    return settings.temperature() * (1 - ratio());
  }

  @Override
  public void observe(Step step, Draw draw, Canvas canvas) {
    MostConfident.settle(step, draw, canvas, scores(step, draw), this::remaining);
    done++;
  }

  /** How many of a sample's slots are unknown after the step; one at least until the last. */
  private int remaining(int sample, int before) {
    if (before == 0 || done + 1 == settings.steps()) {
      return 0;
    }
    int scheduled = (int) Math.floor(unknown[sample] * settings.schedule().masked(ratio()));
    return Math.max(1, Math.min(before - 1, scheduled));
  }

  /** Confidences with noise, [sample, slot of the step]. */
  private float[] scores(Step step, Draw draw) {
    NDArray confidence = MostConfident.confidence(MaskedConfidenceFactory.ID, draw);
    // At a token temperature T, confidences are in its units: logit / T + noise ranks as
    // logit + T · noise does.
    double scale = settings.annealTokens() && temperature() > 0 ? 1 : temperature();
    if (scale == 0) {
      return confidence.toFloatArray();
    }
    NDArray uniform =
        random.at(step.index(), step.slots(), confidence.getManager()).uniform(FIRST_DRAW, 1);
    NDArray noise = GumbelNoise.of(uniform).reshape(confidence.getShape());
    return noise.mul(scale).add(confidence).toFloatArray();
  }

  @Override
  public int expectedSteps() {
    return IntStream.of(unknown).sum() == 0 ? 0 : settings.steps();
  }
}
