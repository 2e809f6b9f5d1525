package dev.seriatim.importing;

import dev.seriatim.api.part.PartException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Rotary positions as the Hugging Face library states them ({@code rope_theta}, {@code
 * rope_scaling}; newer files have both in {@code rope_parameters}), as the key {@code rotary} of
 * the part {@code llama}.
 */
final class RotaryConfig {
  private static final double LN_STEP = 0.1;

  private final OfficialConfig scaling;
  private final int context;

  private RotaryConfig(OfficialConfig scaling, int context) {
    this.scaling = scaling;
    this.context = context;
  }

  /**
   * Reads it.
   *
   * @param context slots of the model, which some scalings are relative to
   * @param pairs numbers of a head that turn together, as the part names them
   * @throws PartException when a scaling cannot be served
   */
  static Map<String, Object> of(OfficialConfig config, int context, String pairs) {
    Map<String, Object> rotary = new LinkedHashMap<>();
    double base = config.number("rope_theta", 10000);
    String key = config.has("rope_parameters") ? "rope_parameters" : "rope_scaling";
    rotary.put("pairs", pairs);
    if (config.has(key)) {
      OfficialConfig scaling = config.section(key);
      base = scaling.number("rope_theta", base);
      new RotaryConfig(scaling, context).put(rotary);
      for (String other : scaling.unread()) {
        throw scaling.refuse(other, "no such key", "a setting that is not served");
      }
    }
    rotary.put("base", base);
    config.has("rope_scaling");
    config.only("partial_rotary_factor", 1);
    return rotary;
  }

  private void put(Map<String, Object> rotary) {
    String type = scaling.text("rope_type", scaling.text("type", "default"));
    scaling.only("partial_rotary_factor", 1);
    switch (type) {
      case "default" -> rotary.put("scaling", "none");
      case "linear" -> {
        rotary.put("scaling", "linear");
        rotary.put("factor", scaling.number("factor"));
      }
      case "llama3" -> {
        rotary.put("scaling", "wavelength");
        rotary.put("factor", scaling.number("factor"));
        rotary.put("slow", scaling.number("low_freq_factor"));
        rotary.put("fast", scaling.number("high_freq_factor"));
        rotary.put("context", scaling.integer("original_max_position_embeddings"));
      }
      case "yarn" -> yarn(rotary);
      default ->
          throw scaling.refuse(
              scaling.has("rope_type") ? "rope_type" : "type",
              "default, linear, llama3 or yarn",
              type);
    }
  }

  private void yarn(Map<String, Object> rotary) {
    double factor = scaling.number("factor");
    scaling.only("truncate", true);
    rotary.put("scaling", "yarn");
    rotary.put("factor", factor);
    rotary.put("slow", scaling.number("beta_slow", 1));
    rotary.put("fast", scaling.number("beta_fast", 32));
    rotary.put("context", scaling.integer("original_max_position_embeddings", context));
    double magnitude = magnitude(factor, 1);
    if (scaling.has("mscale") && scaling.has("mscale_all_dim")) {
      magnitude =
          magnitude(factor, scaling.number("mscale"))
              / magnitude(factor, scaling.number("mscale_all_dim"));
    }
    rotary.put("magnitude", scaling.number("attention_factor", magnitude));
  }

  /** Peng et al., "YaRN", 2023, section 3.4. */
  private static double magnitude(double factor, double scale) {
    return factor <= 1 ? 1 : LN_STEP * scale * Math.log(factor) + 1;
  }
}
