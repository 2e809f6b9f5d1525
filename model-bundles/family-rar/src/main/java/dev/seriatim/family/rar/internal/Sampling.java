package dev.seriatim.family.rar.internal;

import dev.seriatim.api.model.PartReference;
import dev.seriatim.importing.OfficialConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The arguments of the official {@code generate}.
 *
 * @param scale of classifier-free guidance at the end; 0 for none
 * @param power how late guidance grows from 1; 0 where it does not grow
 * @param temperature of the draws
 */
record Sampling(double scale, double power, double temperature) {
  /** Trained in random orders, RAR generates row by row. */
  static final PartReference SCHEDULER =
      PartReference.of("permuted", "[1.0,2)", Map.of("order", "raster"));

  /** Reads the arguments. */
  static Sampling of(OfficialConfig values) {
    return new Sampling(
        values.number("guidance_scale"),
        values.number("guidance_scale_pow"),
        values.number("randomize_temperature"));
  }

  /** The same with guidance at its full scale from the start, and draws as the network says. */
  Sampling constant() {
    return new Sampling(scale, 0, 1);
  }

  /**
   * Classifier-free guidance that grows with the share of the tokens that there are. At a scale of
   * exactly 1 our guide would spare the unconditional rows, which the official code computes.
   */
  PartReference guidance() {
    double both = scale == 1 ? Math.nextUp(scale) : scale;
    return PartReference.of(
        "cfg", "[1.1,2)", Map.of("scale", both, "schedule", "power-cosine", "power", power));
  }

  List<PartReference> guides() {
    List<PartReference> guides = new ArrayList<>();
    if (scale != 0) {
      guides.add(guidance());
    }
    guides.add(PartReference.of("temperature", "[1.0,2)", Map.of("value", temperature)));
    return guides;
  }
}
