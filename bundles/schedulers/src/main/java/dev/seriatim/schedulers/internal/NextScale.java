package dev.seriatim.schedulers.internal;

import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Pyramid;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.part.Draw;
import dev.seriatim.api.part.Knobs;
import dev.seriatim.api.part.Levels;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.Plan;
import dev.seriatim.api.part.PlanRequest;
import dev.seriatim.api.part.Scheduler;
import dev.seriatim.api.part.Step;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * All slots of a scale at once, from coarse to fine (Tian et al., "Visual autoregressive modeling",
 * 2024). A scale that is settled in every sample is passed over; where only some of its slots are
 * settled, those keep their token.
 *
 * <p>A run may be confined to some of the scales, so that another model goes on with the next ones
 * (Chen et al., "Collaborative decoding makes visual auto-regressive modeling efficient", 2025). A
 * scale may take several steps, in which the most confident slots settle first (Kumbong et al.,
 * "HMAR: efficient hierarchical masked auto-regressive image generation", 2025). The sampling steps
 * of a continuous head may fall from scale to scale (Zhao et al., "DiSA: diffusion step annealing
 * in autoregressive image generation", 2025).
 *
 * @param first scale to begin with
 * @param last scale to end with
 * @param steps of each scale; one with fewer slots takes as many as it has
 * @param headSteps sampling steps of the head at each scale; empty for the head's own
 */
record NextScale(Pyramid pyramid, int first, int last, int steps, List<Integer> headSteps)
    implements Scheduler {
  @Override
  public Plan plan(PlanRequest request) {
    Canvas canvas = request.canvas();
    for (int slot = 0; slot < pyramid.firstSlot(first); slot++) {
      if (isMissing(canvas, slot)) {
        throw PartException.of(
            NextScaleFactory.ID,
            "first-scale",
            "scales below " + first + " to be settled at the start",
            "slot " + slot + " unknown");
      }
    }
    return new ScalePlan(canvas);
  }

  private static boolean isMissing(Canvas canvas, int slot) {
    for (int sample = 0; sample < canvas.samples(); sample++) {
      if (!canvas.isSettled(sample, slot)) {
        return true;
      }
    }
    return false;
  }

  private boolean isScaleMissing(Canvas canvas, int scale) {
    for (int slot = pyramid.firstSlot(scale); slot < pyramid.firstSlot(scale + 1); slot++) {
      if (isMissing(canvas, slot)) {
        return true;
      }
    }
    return false;
  }

  private int steps(int scale) {
    return Math.min(steps, pyramid.scales().get(scale).slots());
  }

  private Knobs knobs(int scale) {
    int scales = pyramid.scales().size();
    Knobs knobs = PathKnobs.of(pyramid.firstSlot(scale), pyramid.slots(), scale, scales);
    if (headSteps.isEmpty()) {
      return knobs;
    }
    Map<String, Double> more = new HashMap<>(knobs.values());
    more.put(Knobs.HEAD_STEPS, (double) headSteps.get(scale));
    return new Knobs(more);
  }

  private final class ScalePlan implements Plan {
    private final int expectedSteps;
    private int scale = first;

    /** Steps of this scale that are done. */
    private int done;

    /** Slots of this scale that were unknown at its first step, for each sample. */
    private int[] unknown;

    ScalePlan(Canvas canvas) {
      expectedSteps =
          IntStream.rangeClosed(first, last)
              .filter(k -> isScaleMissing(canvas, k))
              .map(NextScale.this::steps)
              .sum();
    }

    @Override
    public Step next(Canvas canvas) {
      while (scale <= last && !isScaleMissing(canvas, scale)) {
        scale++;
        done = 0;
      }
      if (scale > last) {
        return null;
      }
      if (done == 0) {
        unknown =
            IntStream.range(0, canvas.samples()).map(sample -> missing(canvas, sample)).toArray();
      }
      // The index tells scale and step whatever is settled, so that runs which share scales agree.
      return new Step(scale * steps + done, slots(canvas), Levels.SETTLE, knobs(scale));
    }

    private Slots slots(Canvas canvas) {
      int begin = pyramid.firstSlot(scale);
      int end = pyramid.firstSlot(scale + 1);
      return steps(scale) == 1 ? Slots.range(begin, end) : UnknownSlots.of(canvas, begin, end);
    }

    private int missing(Canvas canvas, int sample) {
      return (int)
          IntStream.range(pyramid.firstSlot(scale), pyramid.firstSlot(scale + 1))
              .filter(slot -> !canvas.isSettled(sample, slot))
              .count();
    }

    @Override
    public void observe(Step step, Draw draw, Canvas canvas) {
      done++;
      if (done == steps(scale)) {
        step.write(draw, canvas);
        return;
      }
      float[] scores = MostConfident.confidence(NextScaleFactory.ID, draw).toFloatArray();
      MostConfident.settle(step, draw, canvas, scores, this::remaining);
    }

    /** How many slots of a sample are unknown until a later step; one at least. */
    private int remaining(int sample, int before) {
      double share = MaskSchedule.COSINE.masked((double) done / steps(scale));
      int scheduled = (int) Math.floor(unknown[sample] * share);
      return before == 0 ? 0 : Math.max(1, Math.min(before - 1, scheduled));
    }

    @Override
    public int expectedSteps() {
      return expectedSteps;
    }
  }
}
