package dev.seriatim.family.llada.internal;

import dev.seriatim.api.model.PartReference;
import dev.seriatim.importing.OfficialConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The arguments of LLaDA's {@code generate}, with its defaults. */
final class LladaArguments {
  private LladaArguments() {}

  /**
   * Reads the arguments of a run and refuses others.
   *
   * @param values of the run
   * @param end id that ends a text
   * @param endOfTurn id that ends a turn
   */
  static Sampling read(OfficialConfig values, int end, int endOfTurn) {
    int length = values.integer("gen_length", 128);
    int blockLength = values.integer("block_length", 128);
    if (blockLength < 1 || length % blockLength != 0) {
      throw values.refuse("block_length", "a divisor of gen_length, " + length, blockLength);
    }
    int blocks = length / blockLength;
    int steps = values.integer("steps", 128);
    if (steps < 1 || steps % blocks != 0) {
      throw values.refuse("steps", "a multiple of the number of blocks, " + blocks, steps);
    }
    double temperature = values.number("temperature", 0);
    String remasking = values.text("remasking", "low_confidence");
    if (!List.of("low_confidence", "random").contains(remasking)) {
      throw values.refuse("remasking", "low_confidence or random", remasking);
    }
    Map<String, Object> scheduler = new LinkedHashMap<>();
    scheduler.put("block-length", blockLength);
    scheduler.put("steps", steps);
    scheduler.put("temperature", temperature);
    scheduler.put("remasking", remasking.replace('_', '-'));
    if (values.flag("confidence_eos_eot_inf", false)) {
      // The official code sets the logit of what ends a text after noise was added to a copy of the
      // logits; at temperature 0 there is no copy.
      scheduler.put(
          "confidence-forbids", temperature == 0 ? List.of(endOfTurn, end) : List.of(endOfTurn));
    }
    List<PartReference> guides = new ArrayList<>();
    // The official scale counts from 0.
    double guidance = values.number("cfg_scale", 0);
    if (guidance > 0) {
      guides.add(PartReference.of("cfg", "[1.0,2)", Map.of("scale", 1 + guidance)));
    }
    if (values.flag("logits_eos_inf", false)) {
      guides.add(PartReference.of("logit-bias", "[1.0,2)", Map.of("forbidden", List.of(end))));
    }
    for (String key : values.unread()) {
      throw values.refuse(key, "no such key", "an argument that is not served");
    }
    return new Sampling(
        length,
        steps,
        temperature,
        guidance > 0,
        remasking.equals("random"),
        PartReference.of("masked.blocks", "[1.0,2)", scheduler),
        guides);
  }
}
