package dev.seriatim.head.flow.internal;

import ai.djl.ndarray.NDArray;
import dev.seriatim.api.canvas.Pyramid;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.engine.StepRandom;
import dev.seriatim.api.part.Distribution;
import dev.seriatim.api.part.Head;
import dev.seriatim.api.part.KernelPart;
import dev.seriatim.api.part.Knobs;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.Step;
import dev.seriatim.kernels.WeightedStates;

/**
 * The distribution of vectors given their slots' hidden states as a flow from noise (Ren et al.,
 * "FlowAR: scale-wise autoregressive image generation meets flow matching", 2024). With attention,
 * the vectors of a scale are drawn together, and a step's slots must be a whole scale. The knob
 * {@link Knobs#HEAD_STEPS} sets the number of sampling steps in place of the configuration's.
 *
 * <p>A draw takes normal numbers, draw 0: the noise to start from. The loss takes draw 0 (uniform,
 * one number: the time of a slot, or with attention that of its scale, at the scale's first slot)
 * and draw 1 (normal, the noise).
 *
 * @param scales whose tokens flow together
 * @param token width of a token
 */
record FlowHead(
    Kernel kernel, FlowHeadFactory.Configuration configuration, Pyramid scales, int token)
    implements Head, KernelPart {
  @Override
  public Distribution distribution(NDArray hidden, Step step) {
    int scale = configuration.attends() ? scaleOf(step.slots()) : 0;
    int steps = (int) Math.round(step.knobs().get(Knobs.HEAD_STEPS, configuration.steps()));
    int least = configuration.twoSpeeds() ? 2 : 1;
    PartException.require(
        steps >= least, FlowHeadFactory.ID, Knobs.HEAD_STEPS, "at least " + least, steps);
    return new FlowDistribution(this, scale, steps, WeightedStates.of(hidden), 1);
  }

  private int scaleOf(Slots slots) {
    int scale = scales.scale(slots.slot(0, 0));
    Slots whole = Slots.range(scales.firstSlot(scale), scales.firstSlot(scale + 1));
    if (!slots.equals(whole)) {
      throw PartException.of(
          FlowHeadFactory.ID, "step", "all slots of a scale", slots.count() + " slots");
    }
    return scale;
  }

  @Override
  public NDArray loss(NDArray hidden, NDArray tokens, NDArray weight, StepRandom random) {
    NDArray times = random.uniform(0, 1);
    NDArray noise = random.normal(1, token);
    return kernel.callForOne(hidden.getManager(), "loss", hidden, tokens, weight, times, noise);
  }

  @Override
  public void close() {
    kernel.close();
  }
}
