package dev.seriatim.api.engine;

import ai.djl.ndarray.NDArray;
import org.osgi.annotation.versioning.ProviderType;

/** The random numbers of one step, for every sample and every slot of the step. */
@ProviderType
public interface StepRandom {
  /**
   * Uniform numbers in [0, 1).
   *
   * @param draw which draw of this step, from 0 to 65535: different draws are independent
   * @param width numbers per slot, from 1 to 262144
   * @return float32 [sample, slot, width]
   */
  NDArray uniform(int draw, int width);

  /**
   * Standard normal numbers.
   *
   * @param draw which draw of this step, from 0 to 65535
   * @param width numbers per slot, from 1 to 262144
   * @return float32 [sample, slot, width]
   */
  NDArray normal(int draw, int width);
}
