package dev.seriatim.family.llada.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.verification.Family;
import dev.seriatim.backbone.llama.internal.LlamaFactory;
import dev.seriatim.head.categorical.internal.CategoricalHeadFactory;
import dev.seriatim.importing.OfficialConfig;
import dev.seriatim.schedulers.internal.MaskedBlocksFactory;
import dev.seriatim.testkit.CheckpointLayout;
import dev.seriatim.testkit.FamilyContract;
import dev.seriatim.tokenizer.ids.internal.IdsFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LladaFamilyTest extends FamilyContract {
  private static final int WIDTH = 4096;
  private static final int MLP = 12288;
  private static final int VOCABULARY = 126464;

  @Override
  protected Family family() {
    return new LladaFamily();
  }

  @Override
  protected Map<String, PartFactory<?, ?>> factories() {
    return Map.of(
        "ids", new IdsFactory(),
        "llama", new LlamaFactory(),
        "categorical", new CategoricalHeadFactory(),
        "masked.blocks", new MaskedBlocksFactory());
  }

  @Override
  protected Map<String, ?> configuration() {
    return config(Map.of());
  }

  @Override
  protected List<CheckpointLayout> checkpoints() {
    return List.of(published());
  }

  @Override
  protected String tensor() {
    return "model.transformer.blocks.7.attn_out.weight";
  }

  @Override
  protected Map<String, Map<String, ?>> refused() {
    Map<String, Map<String, ?>> refused = new HashMap<>();
    refused.put("activation_type", config(Map.of("activation_type", "swiglu")));
    refused.put("alibi", config(Map.of("alibi", true)));
    refused.put("attention_layer_norm", config(Map.of("attention_layer_norm", true)));
    refused.put("block_group_size", config(Map.of("block_group_size", 2)));
    refused.put("block_type", config(Map.of("block_type", "sequential")));
    refused.put("clip_qkv", config(Map.of("clip_qkv", 8)));
    refused.put("embedding_size", config(Map.of("embedding_size", 126400)));
    refused.put("include_bias", config(Map.of("include_bias", true)));
    refused.put("input_emb_norm", config(Map.of("input_emb_norm", true)));
    refused.put("layer_norm_type", config(Map.of("layer_norm_type", "default")));
    refused.put("mask", config(Map.of("mask_token_id", VOCABULARY)));
    refused.put("n_kv_heads", config(Map.of("multi_query_attention", true)));
    refused.put("rope", config(Map.of("rope", false)));
    refused.put("scale_logits", config(Map.of("scale_logits", true)));
    return refused;
  }

  /** The published configuration of LLaDA-8B, changed by some keys. */
  private static Map<String, Object> config(Map<String, ?> changes) {
    Map<String, Object> config = new HashMap<>();
    config.put("activation_type", "silu");
    config.put("alibi", false);
    config.put("alibi_bias_max", 8.0);
    config.put("architectures", List.of("LLaDAModelLM"));
    config.put("attention_dropout", 0.0);
    config.put("attention_layer_norm", false);
    config.put("attention_layer_norm_with_affine", true);
    config.put("bias_for_layer_norm", false);
    config.put("block_group_size", 1);
    config.put("block_type", "llama");
    config.put("d_model", WIDTH);
    config.put("embedding_dropout", 0.0);
    config.put("embedding_size", VOCABULARY);
    config.put("eos_token_id", 126081);
    config.put("flash_attention", false);
    config.put("include_bias", false);
    config.put("include_qkv_bias", false);
    config.put("init_cutoff_factor", null);
    config.put("init_device", "meta");
    config.put("init_fn", "mitchell");
    config.put("init_std", 0.02);
    config.put("input_emb_norm", false);
    config.put("layer_norm_type", "rms");
    config.put("layer_norm_with_affine", true);
    config.put("mask_token_id", 126336);
    config.put("max_sequence_length", 4096);
    config.put("mlp_hidden_size", MLP);
    config.put("mlp_ratio", 4);
    config.put("model_type", "llada");
    config.put("multi_query_attention", null);
    config.put("n_heads", 32);
    config.put("n_kv_heads", 32);
    config.put("n_layers", 32);
    config.put("pad_token_id", 126081);
    config.put("precision", "amp_bf16");
    config.put("residual_dropout", 0.0);
    config.put("rms_norm_eps", 1e-5);
    config.put("rope", true);
    config.put("rope_full_precision", true);
    config.put("rope_theta", 500000.0);
    config.put("scale_logits", false);
    config.put("transformers_version", "4.46.3");
    config.put("use_cache", false);
    config.put("vocab_size", VOCABULARY);
    config.put("weight_tying", false);
    config.putAll(changes);
    return config;
  }

  private static CheckpointLayout published() {
    String transformer = "model.transformer.";
    CheckpointLayout layout =
        new CheckpointLayout()
            .with(transformer + "wte.weight", VOCABULARY, WIDTH)
            .with(transformer + "ln_f.weight", WIDTH)
            .with(transformer + "ff_out.weight", VOCABULARY, WIDTH);
    for (int i = 0; i < 32; i++) {
      String block = transformer + "blocks." + i + ".";
      for (String layer : List.of("q_proj", "k_proj", "v_proj", "attn_out")) {
        layout.with(block + layer + ".weight", WIDTH, WIDTH);
      }
      layout
          .with(block + "attn_norm.weight", WIDTH)
          .with(block + "ff_norm.weight", WIDTH)
          .with(block + "ff_proj.weight", MLP, WIDTH)
          .with(block + "up_proj.weight", MLP, WIDTH)
          .with(block + "ff_out.weight", WIDTH, MLP);
    }
    return layout;
  }

  @Test
  @DisplayName("The published LLaDA-8B fills texts of 4096 tokens")
  void publishedModel() {
    Frame frame = fit(configuration(), checkpoints()).frame();
    assertThat(frame.layout()).isEqualTo(new Sequence(4096));
    assertThat(frame.tokens()).isEqualTo(new TokenSpace.Discrete(VOCABULARY, 1));
  }

  @Test
  @DisplayName("The output layer may be the table of tokens")
  void tied() {
    CheckpointLayout tied = published().without("model.transformer.ff_out.weight");
    assertThat(fit(config(Map.of("weight_tying", true)), List.of(tied)).kinds()).contains("head");
  }

  @Test
  @DisplayName("Arguments of a run become scheduler and guides; others are refused")
  void arguments() {
    Map<String, Object> given =
        Map.of(
            "steps",
            8,
            "gen_length",
            12,
            "block_length",
            6,
            "temperature",
            0.5,
            "cfg_scale",
            1.5,
            "logits_eos_inf",
            true,
            "confidence_eos_eot_inf",
            true);
    Sampling sampling = LladaArguments.read(OfficialConfig.of("llada", given), 1, 2);
    assertThat(sampling.scheduler().config())
        .containsEntry("block-length", 6)
        .containsEntry("steps", 8)
        .containsEntry("temperature", 0.5)
        .containsEntry("confidence-forbids", List.of(2));
    assertThat(sampling.guides().get(0).config()).containsEntry("scale", 2.5);
    assertThat(sampling.guides().get(1).config()).containsEntry("forbidden", List.of(1));
    for (Map<String, Object> bad :
        List.<Map<String, Object>>of(
            Map.of("block_length", 5, "gen_length", 12),
            Map.of("steps", 7, "gen_length", 12, "block_length", 6),
            Map.of("remasking", "best"),
            Map.of("threshold", 0.9))) {
      assertThatThrownBy(() -> LladaArguments.read(OfficialConfig.of("llada", bad), 1, 2))
          .isInstanceOf(PartException.class)
          .hasMessageContaining("expected");
    }
  }
}
