package dev.seriatim.family.llada.internal;

import dev.seriatim.api.model.PartReference;
import dev.seriatim.importing.OfficialConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The arguments of the official {@code generate}, with its defaults.
 *
 * @param length slots to fill
 * @param blockLength slots of a block
 * @param steps in all
 * @param temperature of the draws
 * @param guidance of classifier-free guidance, 0 for none
 * @param random whether it is random which tokens stay
 * @param withoutEnd whether the end of a text is never drawn
 * @param surelessEnd whether what ends a text is taken to be unsure
 */
record Arguments(
    int length,
    int blockLength,
    int steps,
    double temperature,
    double guidance,
    boolean random,
    boolean withoutEnd,
    boolean surelessEnd) {
  /** Reads the arguments and refuses others. */
  static Arguments of(OfficialConfig values) {
    String remasking = values.text("remasking", "low_confidence");
    if (!List.of("low_confidence", "random").contains(remasking)) {
      throw values.refuse("remasking", "low_confidence or random", remasking);
    }
    int length = values.integer("gen_length", 128);
    Arguments arguments =
        new Arguments(
            length,
            values.integer("block_length", 128),
            values.integer("steps", 128),
            values.number("temperature", 0),
            values.number("cfg_scale", 0),
            remasking.equals("random"),
            values.flag("logits_eos_inf", false),
            values.flag("confidence_eos_eot_inf", false));
    arguments.check(values);
    return arguments;
  }

  private void check(OfficialConfig values) {
    if (blockLength < 1 || length % blockLength != 0) {
      throw values.refuse("block_length", "a divisor of gen_length, " + length, blockLength);
    }
    int blocks = length / blockLength;
    if (steps < 1 || steps % blocks != 0) {
      throw values.refuse("steps", "a multiple of the number of blocks, " + blocks, steps);
    }
    for (String key : values.unread()) {
      throw values.refuse(key, "no such key", "an argument that is not served");
    }
  }

  /**
   * The scheduler.
   *
   * @param end id that ends a text
   * @param endOfTurn id that ends a turn
   */
  PartReference scheduler(int end, int endOfTurn) {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("block-length", blockLength);
    config.put("steps", steps);
    config.put("temperature", temperature);
    config.put("remasking", random ? "random" : "low-confidence");
    if (surelessEnd) {
      // The official code sets the logit of what ends a text after noise was added to a copy of the
      // logits; at temperature 0 there is no copy.
      config.put(
          "confidence-forbids", temperature == 0 ? List.of(endOfTurn, end) : List.of(endOfTurn));
    }
    return PartReference.of("masked.blocks", "[1.0,2)", config);
  }

  /** Guidance, whose official scale counts from 0, and what is never drawn. */
  List<PartReference> guides(int end) {
    List<PartReference> guides = new ArrayList<>();
    if (guidance > 0) {
      guides.add(PartReference.of("cfg", "[1.0,2)", Map.of("scale", 1 + guidance)));
    }
    if (withoutEnd) {
      guides.add(PartReference.of("logit-bias", "[1.0,2)", Map.of("forbidden", List.of(end))));
    }
    return guides;
  }
}
