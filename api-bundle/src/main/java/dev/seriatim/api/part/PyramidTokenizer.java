package dev.seriatim.api.part;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Pyramid;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A tokenizer of a pyramid of scales: it owns what the next scale sees (Tian et al., "Visual
 * autoregressive modeling", 2024).
 */
@ConsumerType
public interface PyramidTokenizer extends Tokenizer {
  @Override
  Pyramid layout();

  /**
   * The features that feed a scale: the sum of all coarser scales, brought to its resolution.
   *
   * @param canvas whose scales below {@code scale} are settled
   * @param scale from 1
   * @return float32 [sample, slot of the scale, feature]
   */
  NDArray features(Canvas canvas, int scale, NDManager scope);

  /**
   * The features that feed all scales from 1 on when the truth is given, as training shows them.
   *
   * @param tokens int64 [sample, slot, codebook] or float32 [sample, slot, width], of all scales
   * @return float32 [sample, slot from scale 1 on, feature]; of a single scale, no slots
   */
  NDArray teaching(NDArray tokens, NDManager scope);
}
