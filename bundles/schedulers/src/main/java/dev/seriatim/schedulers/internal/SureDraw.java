package dev.seriatim.schedulers.internal;

import ai.djl.ndarray.NDArray;
import dev.seriatim.api.engine.StepRandom;
import dev.seriatim.api.part.CategoricalDistribution;
import dev.seriatim.api.part.Distribution;
import dev.seriatim.api.part.Draw;
import java.util.List;

/**
 * Draws tokens at a temperature, and says how sure the distribution is of them without it.
 *
 * @param part id of the scheduler, for messages
 * @param temperature of the draw, at least 0; 0 takes the most probable token
 * @param sureness what a token's confidence is
 * @param forbidden ids that are taken to have no probability when confidences are measured
 */
record SureDraw(String part, double temperature, Sureness sureness, List<Integer> forbidden) {
  /**
   * Draws.
   *
   * @param distribution as heads and guides have made it
   * @param mode whether the request asks for the most probable tokens
   */
  Draw draw(Distribution distribution, StepRandom random, boolean mode) {
    Draw draw =
        mode || temperature == 0
            ? distribution.mode()
            : distribution.tempered(temperature).draw(random);
    NDArray confidence = sureness.of(part, permitted(distribution), draw.tokens());
    return new Draw(draw.tokens(), draw.logProb(), confidence, draw.feedback());
  }

  private Distribution permitted(Distribution distribution) {
    if (forbidden.isEmpty()) {
      return distribution;
    }
    NDArray logits = Sureness.logits(part, distribution);
    float[] bias = new float[(int) logits.getShape().get(logits.getShape().dimension() - 1)];
    forbidden.forEach(id -> bias[id] = Float.NEGATIVE_INFINITY);
    return ((CategoricalDistribution) distribution)
        .withLogits(logits.add(logits.getManager().create(bias)));
  }
}
