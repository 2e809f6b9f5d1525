package dev.seriatim.family.mamba.internal;

import dev.seriatim.importing.OfficialConfig;
import dev.seriatim.importing.TextIds;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a configuration says, in terms of the part {@code mamba}.
 *
 * @param backbone configuration of the part
 * @param ids of the model
 * @param bias whether the layers from and to the hidden states have biases
 * @param convolutionBias whether the convolution has one
 * @param tied whether the head is the table of tokens
 */
record Network(
    Map<String, Object> backbone,
    TextIds ids,
    boolean bias,
    boolean convolutionBias,
    boolean tied) {
  /** Keys that say nothing of the mathematics of generation. */
  private static final List<String> AUTHORS_BESIDE = List.of("residual_in_fp32", "fused_add_norm");

  private static final List<String> MIXER_BESIDE =
      List.of(
          "dt_min",
          "dt_max",
          "dt_init",
          "dt_scale",
          "dt_init_floor",
          "use_fast_path",
          "device",
          "dtype");

  private static final List<String> HUB_BESIDE =
      List.of(
          "_name_or_path",
          "architectures",
          "bos_token_id",
          "d_inner",
          "dtype",
          "fused_add_norm",
          "initializer_range",
          "model_type",
          "pad_token_id",
          "pad_vocab_size_multiple",
          "rescale_prenorm_residual",
          "residual_in_fp32",
          "time_step_floor",
          "time_step_init_scheme",
          "time_step_max",
          "time_step_min",
          "time_step_scale",
          "torch_dtype",
          "transformers_version",
          "use_associative_scan",
          "use_cache",
          "use_mambapy");

  /** Tokens of the texts that the published models were trained on. */
  private static final int TRAINED_ON = 2048;

  /**
   * The authors' {@code MambaConfig}.
   *
   * @param rows of the table of tokens
   */
  static Network ofAuthors(OfficialConfig config, int rows) {
    int width = config.integer("d_model");
    config.only("d_intermediate", 0);
    config.only("attn_layer_idx", List.of());
    config.only("attn_cfg", Map.of());
    config.only("rms_norm", true);
    int vocabulary = config.integer("vocab_size");
    int multiple = config.integer("pad_vocab_size_multiple", 8);
    int padded = (vocabulary + multiple - 1) / multiple * multiple;
    if (rows != padded) {
      throw config.refuse(
          "vocab_size",
          "one that is " + rows + " when rounded up to a multiple of " + multiple,
          vocabulary);
    }
    OfficialConfig mixer =
        config.has("ssm_cfg") ? config.section("ssm_cfg") : OfficialConfig.of("mamba", Map.of());
    mixer.only("layer", "Mamba1");
    Map<String, Object> part = new LinkedHashMap<>();
    part.put("layers", config.integer("n_layer"));
    part.put("width", width);
    part.put("inner", mixer.integer("expand", 2) * width);
    part.put("state", mixer.integer("d_state", 16));
    part.put("convolution", mixer.integer("d_conv", 4));
    part.put("rank", rank(mixer, "dt_rank"));
    boolean tied = config.flag("tie_embeddings", true);
    Network network = of(part, ids(config, rows), mixer, "bias", "conv_bias", tied);
    refuseOthers(mixer, MIXER_BESIDE);
    refuseOthers(config, AUTHORS_BESIDE);
    return network;
  }

  /**
   * Hugging Face's {@code MambaConfig}; files that were converted keep some keys of the authors'.
   *
   * @param rows of the table of tokens
   */
  static Network ofHub(OfficialConfig config, int rows) {
    int width = config.integer("hidden_size");
    int layers = config.integer("num_hidden_layers");
    config.only("vocab_size", rows);
    config.only("d_model", width);
    config.only("n_layer", layers);
    config.only("ssm_cfg", Map.of());
    config.only("rms_norm", true);
    config.only("hidden_act", "silu");
    Map<String, Object> part = new LinkedHashMap<>();
    part.put("layers", layers);
    part.put("width", width);
    int inner = config.integer("expand", 2) * width;
    config.only("intermediate_size", inner);
    part.put("inner", inner);
    part.put("state", config.integer("state_size", 16));
    part.put("convolution", config.integer("conv_kernel", 4));
    part.put("rank", rank(config, "time_step_rank"));
    part.put("norm-eps", config.number("layer_norm_epsilon", 1e-5));
    boolean tied = config.flag("tie_word_embeddings", true);
    Network network = of(part, ids(config, rows), config, "use_bias", "use_conv_bias", tied);
    refuseOthers(config, HUB_BESIDE);
    return network;
  }

  private static Network of(
      Map<String, Object> part,
      TextIds ids,
      OfficialConfig mixer,
      String biasKey,
      String convolutionBiasKey,
      boolean tied) {
    boolean bias = mixer.flag(biasKey, false);
    boolean convolutionBias = mixer.flag(convolutionBiasKey, true);
    part.put("bias", bias);
    part.put("convolution-bias", convolutionBias);
    return new Network(part, ids, bias, convolutionBias, tied);
  }

  /** Where it is not given, it is the part's own: a sixteenth of the width, rounded up. */
  private static int rank(OfficialConfig config, String key) {
    return config.is(key, "auto") ? 0 : config.integer(key, 0);
  }

  /** The table has rows for more ids than the vocabulary; all rows have logits. */
  private static TextIds ids(OfficialConfig config, int rows) {
    return TextIds.of(config, rows, config.integer("context_length", TRAINED_ON));
  }

  private static void refuseOthers(OfficialConfig config, List<String> known) {
    for (String key : config.unread()) {
      if (!known.contains(key)) {
        throw config.refuse(key, "no such key", "a setting that is not served");
      }
    }
  }
}
