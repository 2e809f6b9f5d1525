package dev.seriatim.backbone.llama.internal;

import static dev.seriatim.api.part.PartException.require;

import dev.seriatim.api.part.ConfigKey;
import java.util.List;
import java.util.Map;

/**
 * Rotary positions (Su et al., "RoFormer", 2021), and how their frequencies are changed for
 * contexts longer than those that a network was trained on.
 *
 * @param base of the frequencies
 * @param pairs which numbers of a head turn together
 * @param scaling how frequencies are changed
 * @param factor by which they are divided, all or the slow ones
 * @param slow turns within the context of old, below which they are divided
 * @param fast turns within the context of old, above which they stay
 * @param context of old, in slots
 * @param magnitude of cosine and sine
 */
public record Rotary(
    @ConfigKey(value = "base of the frequencies, above 1", defaultValue = "10000") double base,
    @ConfigKey(
            value =
                "numbers of a head that turn together: neighbours (2i, 2i + 1) or halves (i, i + d/2)",
            defaultValue = "\"halves\"")
        String pairs,
    @ConfigKey(
            value =
                "how frequencies are changed for a longer context: none, linear (all divided by the"
                    + " factor), wavelength (the slow ones, as LLaMA 3 does) or yarn",
            defaultValue = "\"none\"")
        String scaling,
    @ConfigKey(value = "by which frequencies are divided, above 0", defaultValue = "1")
        double factor,
    @ConfigKey(
            value = "turns within the old context below which frequencies are divided, above 0",
            defaultValue = "1")
        double slow,
    @ConfigKey(
            value = "turns within the old context above which frequencies stay, above slow",
            defaultValue = "4")
        double fast,
    @ConfigKey(value = "slots of the old context, at least 1", defaultValue = "8192") int context,
    @ConfigKey(value = "factor on cosine and sine, above 0", defaultValue = "1") double magnitude) {
  private static final List<String> SCALINGS = List.of("none", "linear", "wavelength", "yarn");
  private static final String HALVES = "halves";
  private static final String NEIGHBOURS = "neighbours";

  /** As the paper has them: base 10000, nothing changed, pairs of halves. */
  public static final Rotary PLAIN = new Rotary(10000, HALVES, "none", 1, 1, 4, 8192, 1);

  void check() {
    String part = LlamaFactory.ID;
    require(base > 1 && Double.isFinite(base), part, "rotary.base", "a number above 1", base);
    boolean known = pairs.equals(HALVES) || pairs.equals(NEIGHBOURS);
    require(known, part, "rotary.pairs", HALVES + " or " + NEIGHBOURS, pairs);
    require(SCALINGS.contains(scaling), part, "rotary.scaling", "one of " + SCALINGS, scaling);
    require(factor > 0, part, "rotary.factor", "above 0", factor);
    require(slow > 0, part, "rotary.slow", "above 0", slow);
    require(fast > slow, part, "rotary.fast", "above slow (" + slow + ")", fast);
    require(context >= 1, part, "rotary.context", "at least 1", context);
    require(magnitude > 0, part, "rotary.magnitude", "above 0", magnitude);
  }

  /** Constants of the kernel. */
  Map<String, Object> constants() {
    return Map.of(
        "rotary_base", base,
        "rotary_halves", pairs.equals(HALVES),
        "rotary_scaling", SCALINGS.indexOf(scaling),
        "rotary_factor", factor,
        "rotary_slow", slow,
        "rotary_fast", fast,
        "rotary_context", (double) context,
        "rotary_magnitude", magnitude);
  }
}
