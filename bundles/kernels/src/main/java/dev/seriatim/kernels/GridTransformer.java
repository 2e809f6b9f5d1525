package dev.seriatim.kernels;

import static dev.seriatim.api.part.PartException.require;
import static dev.seriatim.api.weights.Initializer.ones;
import static dev.seriatim.api.weights.Parameter.decayed;
import static dev.seriatim.api.weights.Parameter.plain;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.part.ConfigKey;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.weights.Initializer;
import dev.seriatim.api.weights.Parameter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Sizes of the transformer of {@link KernelLibrary#GRID_TRANSFORMER} (Sun et al., "Autoregressive
 * model beats diffusion: Llama for scalable image generation", 2024), as a backbone's configuration
 * or part of it; and the weights and constants that follow from them.
 *
 * <p>The weights, with <i>w</i> the width, <i>f</i> the feed-forward width and <i>c</i> the width
 * of caption features; {@code i} numbers the blocks:
 *
 * <table>
 * <caption>Weights and their shapes</caption>
 * <tr><td>{@code token}</td><td>[vocabulary, w]</td></tr>
 * <tr><td>{@code label}</td><td>[labels + 1, w], the last row for none; of models without captions</td></tr>
 * <tr><td>{@code uncaptioned}</td><td>[caption token, c]; of models with captions</td></tr>
 * <tr><td>{@code caption_fc1}, {@code caption_fc2}</td><td>[w, c], [w, w]; of models with captions</td></tr>
 * <tr><td>{@code attn_norm.i}, {@code mlp_norm.i}</td><td>[w]</td></tr>
 * <tr><td>{@code qkv.i}</td><td>[(heads + 2 · key-heads) · w / heads, w]: rows of q, k, v</td></tr>
 * <tr><td>{@code proj.i}</td><td>[w, w]</td></tr>
 * <tr><td>{@code gate.i}, {@code up.i}</td><td>[f, w]</td></tr>
 * <tr><td>{@code down.i}</td><td>[w, f]</td></tr>
 * </table>
 *
 * @param layers blocks
 * @param heads attention heads
 * @param keyHeads heads of keys and values
 * @param width of the hidden states
 * @param mlpWidth of the gated feed-forward layer
 * @param rotaryBase base of the rotary frequencies
 * @param normEps added to mean squares
 */
public record GridTransformer(
    @ConfigKey("number of blocks, at least 1") int layers,
    @ConfigKey("attention heads, at least 1") int heads,
    @ConfigKey(
            value = "heads of keys and values, a divisor of heads; 0 for as many as heads",
            defaultValue = "0")
        int keyHeads,
    @ConfigKey("width of the hidden states, a multiple of 4 times heads") int width,
    @ConfigKey("width of the gated feed-forward layer, at least 1") int mlpWidth,
    @ConfigKey(value = "base of the rotary frequencies, above 1", defaultValue = "10000")
        double rotaryBase,
    @ConfigKey(value = "added to mean squares in norms, above 0", defaultValue = "1e-5")
        double normEps) {

  /**
   * Checks all ranges, and that the frame has what the network can take: a grid of single ids, and
   * labels or captions but not both.
   *
   * @param part whose configuration this is or is part of
   * @param key before the names of the keys, for example {@code network.}; empty for none
   * @throws PartException naming part, key, expected and found
   */
  public void check(String part, String key, Frame frame) {
    require(layers >= 1, part, key + "layers", "at least 1", layers);
    require(heads >= 1, part, key + "heads", "at least 1", heads);
    boolean divides = keyHeads >= 0 && (keyHeads == 0 || heads % keyHeads == 0);
    require(divides, part, key + "key-heads", "a divisor of heads (" + heads + ")", keyHeads);
    boolean fits = width >= 1 && width % (4 * heads) == 0;
    require(fits, part, key + "width", "a multiple of 4 times heads (" + 4 * heads + ")", width);
    require(mlpWidth >= 1, part, key + "mlp-width", "at least 1", mlpWidth);
    boolean base = rotaryBase > 1 && Double.isFinite(rotaryBase);
    require(base, part, key + "rotary-base", "a number above 1", rotaryBase);
    require(normEps > 0, part, key + "norm-eps", "above 0", normEps);
    require(frame.layout() instanceof Grid, part, "layout", "a grid", frame.layout());
    int codebooks = frame.discrete(part).codebooks();
    require(codebooks == 1, part, "codebooks", "1", codebooks);
    ConditionSpace conditions = frame.conditions();
    boolean both = conditions.featureTokens() > 0 && !conditions.labels().isEmpty();
    require(!both, part, "conditions", "labels or captions", "both");
  }

  /**
   * The weights, in a stable order.
   *
   * @param frame as it was checked
   * @param blocks how many blocks, where a backbone has more than {@link #layers}
   */
  public List<Parameter> parameters(Frame frame, int blocks) {
    TokenSpace.Discrete tokens = (TokenSpace.Discrete) frame.tokens();
    ConditionSpace conditions = frame.conditions();
    Initializer normal = new Initializer.Normal(0.02f);
    List<Parameter> all = new ArrayList<>();
    all.add(plain("token", normal, tokens.vocabulary(), width));
    if (conditions.featureTokens() > 0) {
      int caption = conditions.featureWidth();
      Initializer feature = new Initializer.Normal((float) Math.sqrt(1.0 / caption));
      all.add(plain("uncaptioned", feature, conditions.featureTokens(), caption));
      all.add(decayed("caption_fc1", normal, width, caption));
      all.add(decayed("caption_fc2", normal, width, width));
    } else {
      all.add(plain("label", normal, conditions.labels().size() + 1L, width));
    }
    for (int i = 0; i < blocks; i++) {
      all.add(plain("attn_norm." + i, ones(), width));
      all.add(decayed("qkv." + i, normal, width + 2L * keys() * headWidth(), width));
      all.add(decayed("proj." + i, normal, width, width));
      all.add(plain("mlp_norm." + i, ones(), width));
      all.add(decayed("gate." + i, normal, mlpWidth, width));
      all.add(decayed("up." + i, normal, mlpWidth, width));
      all.add(decayed("down." + i, normal, width, mlpWidth));
    }
    return List.copyOf(all);
  }

  /** The constants of the kernel text, by name; a map to which more may be added. */
  public Map<String, Object> constants(Frame frame) {
    Grid grid = (Grid) frame.layout();
    Map<String, Object> constants = new HashMap<>();
    constants.put("rows", grid.rows());
    constants.put("columns", grid.columns());
    constants.put("n_condition", conditionInputs(frame));
    constants.put("n_head", heads);
    constants.put("n_key", keys());
    constants.put("rotary_base", rotaryBase);
    constants.put("norm_eps", normEps);
    return constants;
  }

  /** How many inputs a condition is. */
  public static int conditionInputs(Frame frame) {
    return Math.max(1, frame.conditions().featureTokens());
  }

  /**
   * An empty cache for all inputs but the last token, which predicts nothing.
   *
   * @param blocks how many blocks
   * @param rows streams times samples
   * @return float32 [layer, key or value, row, key head, input, head width]
   */
  public NDArray cache(Frame frame, int blocks, int rows, NDManager scope) {
    int inputs = conditionInputs(frame) + frame.layout().slots() - 1;
    return scope.zeros(new Shape(blocks, 2, rows, keys(), inputs, headWidth()));
  }

  private int keys() {
    return keyHeads == 0 ? heads : keyHeads;
  }

  private int headWidth() {
    return width / heads;
  }
}
