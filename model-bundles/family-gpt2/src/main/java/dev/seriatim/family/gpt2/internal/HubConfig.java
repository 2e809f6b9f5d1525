package dev.seriatim.family.gpt2.internal;

import dev.seriatim.family.gpt2.internal.Network.Size;
import dev.seriatim.importing.OfficialConfig;
import dev.seriatim.importing.TextIds;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** GPT-2's configuration on the Hugging Face hub, {@code config.json}. */
final class HubConfig {
  /** Keys that say nothing of the mathematics of generation. */
  private static final List<String> BESIDE =
      List.of(
          "_name_or_path",
          "architectures",
          "attn_pdrop",
          "bos_token_id",
          "dtype",
          "embd_pdrop",
          "eos_token_id",
          "gradient_checkpointing",
          "initializer_range",
          "model_type",
          "output_past",
          "pad_token_id",
          "resid_pdrop",
          "summary_activation",
          "summary_first_dropout",
          "summary_proj_to_labels",
          "summary_type",
          "summary_use_proj",
          "task_specific_params",
          "torch_dtype",
          "transformers_version",
          "use_cache");

  private HubConfig() {}

  /**
   * Reads it.
   *
   * @param activation in the place of the configuration's; null for the configuration's
   * @param overflow what becomes of a text longer than the positions
   * @throws dev.seriatim.api.part.PartException when a setting cannot be served
   */
  static Size read(OfficialConfig config, String activation, String overflow) {
    int width = config.integer("n_embd");
    int positions = config.integer("n_positions", config.integer("n_ctx", 0));
    Map<String, Object> part = new LinkedHashMap<>();
    part.put("layers", config.integer("n_layer"));
    part.put("heads", config.integer("n_head"));
    part.put("width", width);
    part.put("mlp-ratio", ratio(config, width));
    part.put("start", "token");
    part.put("positions", positions);
    part.put("overflow", overflow);
    part.put("bias", true);
    String own = config.text("activation_function", "gelu_new");
    part.put("activation", activation(config, "activation_function", activation, own));
    part.put("norm-eps", config.number("layer_norm_epsilon", 1e-5));
    config.only("n_ctx", positions);
    config.only("scale_attn_weights", true);
    config.only("scale_attn_by_inverse_layer_idx", false);
    config.only("reorder_and_upcast_attn", false);
    config.only("add_cross_attention", false);
    boolean tied = config.flag("tie_word_embeddings", true);
    TextIds ids = TextIds.of(config, config.integer("vocab_size"), positions);
    for (String key : config.unread()) {
      if (!BESIDE.contains(key)) {
        throw config.refuse(key, "no such key", "a setting that is not served");
      }
    }
    return new Size(part, ids, tied);
  }

  /**
   * An activation by the name of the part.
   *
   * @param chosen in the place of {@code own}; null for that
   */
  static String activation(OfficialConfig config, String key, String chosen, String own) {
    String name = chosen == null ? own : chosen;
    return switch (name) {
      case "gelu", "gelu (erf)" -> "gelu";
      case "gelu_new", "gelu_fast", "gelu_pytorch_tanh" -> "gelu-tanh";
      default -> throw config.refuse(key, "gelu or gelu_new", name);
    };
  }

  private static int ratio(OfficialConfig config, int width) {
    int inner = config.integer("n_inner", 4 * width);
    if (inner < width || inner % width != 0) {
      throw config.refuse("n_inner", "a multiple of n_embd (" + width + ")", inner);
    }
    return inner / width;
  }
}
