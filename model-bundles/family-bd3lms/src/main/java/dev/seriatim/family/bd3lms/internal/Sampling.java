package dev.seriatim.family.bd3lms.internal;

import dev.seriatim.api.model.PartReference;
import dev.seriatim.importing.OfficialConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How the official sampler denoises.
 *
 * @param model settings of the scheduler that the model fixes
 * @param firstHitting whether slots settle one at a time; else in as many steps as are given
 * @param steps of a block at most, where they are given
 * @param nucleus probability to which the most probable tokens are kept; 1 for all
 */
record Sampling(Map<String, Object> model, boolean firstHitting, int steps, double nucleus) {
  /** The default of the official configuration. */
  static Sampling of(OfficialConfig config) {
    return new Sampling(
        Map.of(
            "block-length", config.integer("block_size"),
            "mask-id", config.integer("vocab_size") - 1,
            "least-time", config.number("sampling_eps_min", 1e-3),
            "largest-time", config.number("sampling_eps_max", 1)),
        true,
        1,
        1);
  }

  /** The same model, by the arguments of a run. */
  Sampling with(OfficialConfig arguments) {
    return new Sampling(
        model,
        arguments.flag("first_hitting"),
        arguments.integer("num_steps"),
        arguments.number("nucleus_p", 1));
  }

  PartReference scheduler() {
    Map<String, Object> settings = new HashMap<>(model);
    settings.put("method", firstHitting ? "first-hitting" : "ancestral");
    if (!firstHitting) {
      settings.put("steps", steps);
    }
    return PartReference.of("block-diffusion", "[1.0,2)", settings);
  }

  List<PartReference> guides() {
    return nucleus == 1
        ? List.of()
        : List.of(PartReference.of("top-p", "[1.1,2)", Map.of("p", nucleus, "strict", true)));
  }
}
