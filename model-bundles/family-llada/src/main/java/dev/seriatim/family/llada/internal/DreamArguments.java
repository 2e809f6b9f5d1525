package dev.seriatim.family.llada.internal;

import dev.seriatim.api.model.PartReference;
import dev.seriatim.importing.OfficialConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The arguments of Dream's {@code diffusion_generate}, with its defaults. */
final class DreamArguments {
  /** How the scheduler names what {@code alg} ranks tokens by. */
  private static final Map<String, String> RANKINGS =
      Map.of(
          "origin", "random",
          "maskgit_plus", "low-confidence",
          "topk_margin", "margin",
          "entropy", "entropy");

  private DreamArguments() {}

  /** Reads the arguments of a run and refuses others. */
  static Sampling read(OfficialConfig values) {
    String alg = values.text("alg", "origin");
    if (!RANKINGS.containsKey(alg)) {
      throw values.refuse("alg", "origin, maskgit_plus, topk_margin or entropy", alg);
    }
    int steps = values.integer("steps", 512);
    int length = values.integer("max_new_tokens", values.integer("gen_length", 20));
    double temperature = values.number("temperature", 0);
    Map<String, Object> scheduler = new LinkedHashMap<>();
    scheduler.put("steps", steps);
    scheduler.put("transfer", alg.equals("origin") ? "independent" : "timesteps");
    scheduler.put("last-time", values.number("eps", 1e-3));
    scheduler.put("remasking", RANKINGS.get(alg));
    scheduler.put("noise", values.number("alg_temp", 0));
    // Confidences are those of the distribution that is drawn from, so a guide has the temperature.
    double drawn = temperature == 0 ? 0 : 1;
    scheduler.put("temperature", drawn);
    List<PartReference> guides = new ArrayList<>();
    if (temperature > 0) {
      guides.add(PartReference.of("temperature", "[1.0,2)", Map.of("value", temperature)));
    }
    if (values.has("top_p") && values.number("top_p") < 1) {
      guides.add(PartReference.of("top-p", "[1.0,2)", Map.of("p", values.number("top_p"))));
    }
    if (values.has("top_k")) {
      guides.add(PartReference.of("top-k", "[1.0,2)", Map.of("k", values.integer("top_k"))));
    }
    for (String key : values.unread()) {
      throw values.refuse(key, "no such key", "an argument that is not served");
    }
    return new Sampling(
        length,
        steps,
        drawn,
        false,
        alg.equals("origin"),
        PartReference.of("masked.blocks", "[1.0,2)", scheduler),
        guides);
  }
}
