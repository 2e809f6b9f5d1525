package dev.seriatim.head.diffusion.internal;

import ai.djl.ndarray.NDArray;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.engine.StepRandom;
import dev.seriatim.api.part.Distribution;
import dev.seriatim.api.part.Head;
import dev.seriatim.api.part.KernelPart;
import dev.seriatim.api.part.Knobs;
import dev.seriatim.api.part.Step;
import dev.seriatim.kernels.WeightedStates;

/**
 * The distribution of a vector given its slot's hidden state as a diffusion process (Li et al.,
 * "Autoregressive image generation without vector quantization", 2024). The knob {@link
 * Knobs#HEAD_STEPS} sets the number of sampling steps in place of the configuration's; they are
 * spaced as that says, evenly or by a stride. Evenly spaced ones begin where hardly any signal is
 * left: there a small error of the network becomes a large one of the token, so that networks which
 * are small or trained for a short time are better sampled by a stride.
 *
 * <p>A draw takes normal numbers: draw 0 is the noise to start from, draw 1 + i that of sampling
 * step i. The loss takes draw 0 (uniform, the times of all repeats) and draw 1 (normal, their
 * noise).
 *
 * @param respacing of the sampler where no knob says otherwise
 * @param token width of a token
 */
record DiffusionHead(
    Kernel kernel, DiffusionHeadFactory.Configuration configuration, Respacing respacing, int token)
    implements Head, KernelPart {
  @Override
  public Distribution distribution(NDArray hidden, Step step) {
    double steps = step.knobs().get(Knobs.HEAD_STEPS, 0);
    Respacing spacing =
        steps == 0
            ? respacing
            : respacing.with((int) Math.round(steps), configuration.trainingSteps());
    return new DiffusionDistribution(
        this, spacing, WeightedStates.of(hidden), /* temperature= */ 1);
  }

  @Override
  public NDArray loss(NDArray hidden, NDArray tokens, NDArray weight, StepRandom random) {
    int repeats = configuration.repeats();
    NDArray times = random.uniform(0, repeats);
    NDArray noise = random.normal(1, repeats * token);
    return kernel.callForOne(hidden.getManager(), "loss", hidden, tokens, weight, times, noise);
  }

  @Override
  public void close() {
    kernel.close();
  }
}
