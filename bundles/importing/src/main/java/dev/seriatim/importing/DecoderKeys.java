package dev.seriatim.importing;

import dev.seriatim.api.part.PartException;
import dev.seriatim.api.weights.Checkpoint;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The layout that decoders of the LLaMA kind have in the Hugging Face library ({@code
 * model.embed_tokens}, {@code model.layers.{i}.self_attn.q_proj}, …, {@code lm_head}): its
 * configuration and its tensors, as those of the parts {@code llama} and {@code categorical}.
 *
 * <pre>{@code
 * DecoderKeys decoder = DecoderKeys.of("qwen3", config, checkpoints, Form.QWEN3);
 * Map<String, Object> backbone = decoder.backbone();
 * KeyMap keys = decoder.map("backbone.", "head.");
 * decoder.refuseOthers();
 * }</pre>
 */
public final class DecoderKeys {
  /** A tensor by which the layout is known. */
  public static final String TENSOR = "embed_tokens.weight";

  private static final String HEAD = "lm_head.weight";

  /** Keys that say nothing of the mathematics of generation. */
  private static final List<String> BESIDE =
      List.of(
          "_attn_implementation",
          "_attn_implementation_autoset",
          "_name_or_path",
          "architectures",
          "attention_dropout",
          "auto_map",
          "bos_token_id",
          "dtype",
          "eos_token_id",
          "initializer_range",
          "max_sequence_length",
          "model_type",
          "pad_token_id",
          "pretraining_tp",
          "tokenizer_class",
          "torch_dtype",
          "transformers_version",
          "use_cache");

  private final OfficialConfig config;
  private final StateDict tensors;
  private final Form form;

  /**
   * How a model of the kind differs from LLaMA where its configuration does not say so.
   *
   * @param qkvBias whether queries, keys and values have biases
   * @param headNorms whether queries and keys of a head are normed
   * @param headWidth of heads; 0 for the width divided by their number
   */
  public record Form(boolean qkvBias, boolean headNorms, int headWidth) {
    /** Touvron et al., "LLaMA: open and efficient foundation language models", 2023. */
    public static final Form LLAMA = new Form(false, false, 0);

    /** Yang et al., "Qwen2 technical report", 2024. */
    public static final Form QWEN2 = new Form(true, false, 0);

    /** Yang et al., "Qwen3 technical report", 2025. */
    public static final Form QWEN3 = new Form(false, true, 128);
  }

  private DecoderKeys(OfficialConfig config, StateDict tensors, Form form) {
    this.config = config;
    this.tensors = tensors;
    this.form = form;
  }

  /**
   * The decoder among checkpoints.
   *
   * @param family for messages
   * @param config of the model, {@code config.json}
   * @throws PartException when there is none
   */
  public static DecoderKeys of(
      String family, OfficialConfig config, List<Checkpoint> checkpoints, Form form) {
    return new DecoderKeys(
        config, StateDict.require(family, checkpoints, TENSOR, "model.", ""), form);
  }

  /** Whether the layout is among checkpoints. */
  public static boolean isAmong(List<Checkpoint> checkpoints) {
    return StateDict.find(checkpoints, TENSOR, "model.", "").isPresent();
  }

  /** Ids, as many as there are logits. */
  public int vocabulary() {
    int vocabulary = tensors.size(TENSOR, 0);
    config.only("vocab_size", vocabulary);
    return vocabulary;
  }

  /** Most slots of a sequence. */
  public int context() {
    return config.integer("max_position_embeddings");
  }

  /** Whether the output layer is the table of tokens. */
  public boolean isTied() {
    return config.flag("tie_word_embeddings", !tensors.whole().has(HEAD));
  }

  /**
   * The configuration of the part {@code llama}; a map to which more may be added.
   *
   * @throws PartException when a setting cannot be served: key, expected, found
   */
  public Map<String, Object> backbone() {
    int width = config.integer("hidden_size");
    int heads = config.integer("num_attention_heads");
    int keyHeads = config.integer("num_key_value_heads", heads);
    int headWidth = config.integer("head_dim", form.headWidth());
    boolean biases = config.flag("attention_bias", false);
    Map<String, Object> part = new LinkedHashMap<>();
    part.put("layers", config.integer("num_hidden_layers"));
    part.put("heads", heads);
    part.put("key-heads", keyHeads == heads ? 0 : keyHeads);
    part.put("head-width", headWidth * heads == width ? 0 : headWidth);
    part.put("width", width);
    part.put("mlp-width", config.integer("intermediate_size"));
    part.put("norm-eps", config.number("rms_norm_eps", 1e-6));
    part.put("qkv-bias", biases || form.qkvBias());
    part.put("proj-bias", biases);
    part.put("head-norms", form.headNorms());
    part.put("rotary", RotaryConfig.of(config, context(), "halves"));
    config.only("hidden_act", "silu");
    config.only("mlp_bias", false);
    config.only("use_mrope", false);
    refuseWindows();
    return part;
  }

  /** Attention that looks back less far than the context is another network. */
  private void refuseWindows() {
    boolean windows = config.flag("use_sliding_window", true);
    config.integer("max_window_layers", 0);
    if (config.has("sliding_window")) {
      int window = config.integer("sliding_window");
      if (windows && window < context()) {
        throw config.refuse(
            "sliding_window",
            "none, or at least max_position_embeddings (" + context() + ")",
            window);
      }
    }
    if (config.has("layer_types")) {
      for (String type : config.texts("layer_types")) {
        if (!type.equals("full_attention")) {
          throw config.refuse("layer_types", "full_attention alone", type);
        }
      }
    }
  }

  /**
   * Maps all tensors.
   *
   * @param backbone prefix of the backbone's weights, for example {@code backbone.}
   * @param head prefix of the head's
   */
  public KeyMap map(String backbone, String head) {
    String layer = "layers.{i}.";
    String attention = layer + "self_attn.";
    KeyMap keys = new KeyMap().from(tensors);
    keys.map(TENSOR, backbone + "token")
        .map(layer + "input_layernorm.weight", backbone + "attn_norm.{i}")
        .join(projections(attention, "weight"), backbone + "qkv.{i}")
        .map(attention + "o_proj.weight", backbone + "proj.{i}")
        .map(layer + "post_attention_layernorm.weight", backbone + "mlp_norm.{i}")
        .map(layer + "mlp.gate_proj.weight", backbone + "gate.{i}")
        .map(layer + "mlp.up_proj.weight", backbone + "up.{i}")
        .map(layer + "mlp.down_proj.weight", backbone + "down.{i}")
        .map("norm.weight", backbone + "norm_w")
        // Tables of rotary positions, which are computed.
        .ignore(attention + "rotary_emb.inv_freq", "rotary_emb.inv_freq");
    boolean biases = config.flag("attention_bias", false);
    if (biases || form.qkvBias()) {
      keys.join(projections(attention, "bias"), backbone + "qkv_b.{i}");
    }
    if (biases) {
      keys.map(attention + "o_proj.bias", backbone + "proj_b.{i}");
    }
    if (form.headNorms()) {
      keys.map(attention + "q_norm.weight", backbone + "q_norm.{i}")
          .map(attention + "k_norm.weight", backbone + "k_norm.{i}");
    }
    if (isTied()) {
      keys.map(TENSOR, head + "weight").from(tensors.whole()).ignore(HEAD);
    } else {
      keys.from(tensors.whole()).map(HEAD, head + "weight");
    }
    return keys.from(tensors);
  }

  private static List<String> projections(String attention, String kind) {
    List<String> names = new ArrayList<>();
    for (String letter : List.of("q", "k", "v")) {
      names.add(attention + letter + "_proj." + kind);
    }
    return names;
  }

  /**
   * Refuses settings that nothing has asked for; to be called when all others were.
   *
   * @throws PartException naming the first
   */
  public void refuseOthers() {
    for (String key : config.unread()) {
      if (!BESIDE.contains(key)) {
        throw config.refuse(key, "no such key", "a setting that is not served");
      }
    }
  }
}
