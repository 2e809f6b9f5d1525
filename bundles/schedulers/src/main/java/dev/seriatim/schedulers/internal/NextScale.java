package dev.seriatim.schedulers.internal;

import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Pyramid;
import dev.seriatim.api.canvas.Slots;
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

/**
 * All slots of a scale at once, from coarse to fine (Tian et al., "Visual autoregressive modeling",
 * 2024). A scale that is settled in every sample is passed over; where only some of its slots are
 * settled, those keep their token.
 *
 * <p>A run may be confined to some of the scales, so that another model goes on with the next ones
 * (Chen et al., "Collaborative decoding makes visual auto-regressive modeling efficient", 2025).
 * The sampling steps of a continuous head may fall from scale to scale (Zhao et al., "DiSA:
 * diffusion step annealing in autoregressive image generation", 2025).
 *
 * @param first scale to begin with
 * @param last scale to end with
 * @param headSteps sampling steps of the head at each scale; empty for the head's own
 */
record NextScale(Pyramid pyramid, int first, int last, List<Integer> headSteps)
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

  /** The step of a scale. Its index is the scale's, so that runs which share the scales agree. */
  private Step step(int scale) {
    int scales = pyramid.scales().size();
    Map<String, Double> knobs = new HashMap<>();
    knobs.put(Knobs.PROGRESS, (double) pyramid.firstSlot(scale) / pyramid.slots());
    knobs.put(Knobs.STEP_SHARE, scales == 1 ? 1 : (double) scale / (scales - 1));
    if (!headSteps.isEmpty()) {
      knobs.put(Knobs.HEAD_STEPS, (double) headSteps.get(scale));
    }
    Slots slots = Slots.range(pyramid.firstSlot(scale), pyramid.firstSlot(scale + 1));
    return new Step(scale, slots, Levels.SETTLE, new Knobs(knobs));
  }

  private final class ScalePlan implements Plan {
    private final int expectedSteps;
    private int scale = first;

    ScalePlan(Canvas canvas) {
      int missing = 0;
      for (int k = first; k <= last; k++) {
        missing += isScaleMissing(canvas, k) ? 1 : 0;
      }
      expectedSteps = missing;
    }

    @Override
    public Step next(Canvas canvas) {
      while (scale <= last && !isScaleMissing(canvas, scale)) {
        scale++;
      }
      return scale > last ? null : step(scale++);
    }

    @Override
    public int expectedSteps() {
      return expectedSteps;
    }
  }
}
