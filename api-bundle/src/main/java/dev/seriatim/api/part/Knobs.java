package dev.seriatim.api.part;

import java.util.Map;

/**
 * A scheduler's settings for one step, by name. Heads and guides read those that they know.
 *
 * @param values by name
 */
public record Knobs(Map<String, Double> values) {
  /** No settings. */
  public static final Knobs NONE = new Knobs(Map.of());

  /** Factor on the temperature of the draw. */
  public static final String TEMPERATURE = "temperature";

  /** Factor on the guidance scale. */
  public static final String GUIDANCE = "guidance";

  /** Number of sampling steps of a diffusion or flow head. */
  public static final String HEAD_STEPS = "head-steps";

  /**
   * Fraction of the slots that were settled before this step, 0 to 1; of the steps that were done,
   * where a scheduler settles more and more slots in each, as MaskGIT does.
   */
  public static final String PROGRESS = "progress";

  /**
   * Fraction of the slots that the schedule no longer leaves unknown after this step, 0 to 1; it
   * need not reach 1 in the last.
   */
  public static final String PROGRESS_AFTER = "progress-after";

  /**
   * Place of this step on the whole path, from 0 at the first step of a blank canvas to 1 at the
   * last one; 1 where there is one step alone. Of a pyramid, the place of the scale.
   */
  public static final String STEP_SHARE = "step-share";

  /**
   * Time of a masked diffusion: the share of slots that is expected to be unknown at this step, 1
   * at the start and 0 at the end. Absent where samples are at different times.
   */
  public static final String MASK_RATE = "mask-rate";

  /** Copies the map. */
  public Knobs {
    values = Map.copyOf(values);
  }

  /** A setting, or a default. */
  public double get(String name, double otherwise) {
    return values.getOrDefault(name, otherwise);
  }
}
