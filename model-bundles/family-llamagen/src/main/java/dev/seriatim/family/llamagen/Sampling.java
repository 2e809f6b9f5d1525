package dev.seriatim.family.llamagen;

import dev.seriatim.api.model.PartReference;
import dev.seriatim.importing.OfficialConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The arguments of the official {@code generate}.
 *
 * @param scale of classifier-free guidance; none up to 1
 * @param interval after which guidance ends, counted as the system does; negative for never
 * @param temperature of the draws
 * @param topK how many ids stay; 0 for all
 * @param topP which probability stays; 1 for all
 * @param drawn whether ids are drawn; otherwise they are the most probable ones
 */
public record Sampling(
    double scale, int interval, double temperature, int topK, double topP, boolean drawn) {
  /** What the official script samples with. */
  public static final Sampling DEFAULT = new Sampling(4, -1, 1, 2000, 1, true);

  private static final String VERSIONS = "[1.0,2)";

  /**
   * Reads the arguments of a recorded run.
   *
   * @param drawn whether ids are drawn where {@code sample_logits} does not say
   */
  public static Sampling of(OfficialConfig run, boolean drawn) {
    return new Sampling(
        run.number("cfg_scale", 1),
        run.integer("cfg_interval", -1),
        run.number("temperature", 1),
        run.integer("top_k", 0),
        run.number("top_p", 1),
        run.flag("sample_logits", drawn));
  }

  /**
   * The guides that do the same.
   *
   * @param settled guidance ends once more slots than this are settled; -1 for never
   */
  public List<PartReference> guides(int settled) {
    List<PartReference> guides = new ArrayList<>();
    if (scale > 1) {
      guides.add(guide("cfg", "[1.1,2)", Map.of("scale", scale, "interval", settled)));
    }
    guides.add(guide("temperature", VERSIONS, Map.of("value", Math.max(temperature, 1e-5))));
    if (topK > 0) {
      guides.add(guide("top-k", VERSIONS, Map.of("k", topK)));
    }
    if (topP < 1) {
      guides.add(guide("top-p", VERSIONS, Map.of("p", topP)));
    }
    return guides;
  }

  private static PartReference guide(String id, String versions, Map<String, Object> config) {
    return PartReference.of(id, versions, config);
  }
}
