package dev.seriatim.family.llada.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.part.Assembly;
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

class DreamFamilyTest extends FamilyContract {
  private static final int WIDTH = 3584;
  private static final int MLP = 18944;
  private static final int KEYS = 4 * 128;
  private static final int VOCABULARY = 152064;

  @Override
  protected Family family() {
    return new DreamFamily();
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
    return "model.layers.7.self_attn.o_proj.weight";
  }

  @Override
  protected Map<String, Map<String, ?>> refused() {
    return Map.of(
        "hidden_act", config(Map.of("hidden_act", "gelu")),
        "mask_token_id", config(Map.of("mask_token_id", "mask")),
        "use_mrope", config(Map.of("use_mrope", true)),
        "block_size", config(Map.of("block_size", 32)));
  }

  /** The published configuration of Dream-7B, changed by some keys. */
  private static Map<String, Object> config(Map<String, ?> changes) {
    Map<String, Object> config = new HashMap<>();
    config.put("architectures", List.of("DreamModel"));
    config.put("attention_dropout", 0.0);
    config.put("bos_token_id", 151643);
    config.put("eos_token_id", 151643);
    config.put("hidden_act", "silu");
    config.put("hidden_size", WIDTH);
    config.put("initializer_range", 0.02);
    config.put("intermediate_size", MLP);
    config.put("mask_token_id", 151666);
    config.put("max_position_embeddings", 131072);
    config.put("max_window_layers", 28);
    config.put("model_type", "Dream");
    config.put("num_attention_heads", 28);
    config.put("num_hidden_layers", 28);
    config.put("num_key_value_heads", 4);
    config.put("pad_token_id", 151643);
    config.put("rms_norm_eps", 1e-6);
    config.put("rope_scaling", null);
    config.put("rope_theta", 1000000.0);
    config.put("sliding_window", null);
    config.put("tie_word_embeddings", false);
    config.put("torch_dtype", "bfloat16");
    config.put("transformers_version", "4.46.2");
    config.put("use_cache", true);
    config.put("use_mrope", false);
    config.put("use_sliding_window", false);
    config.put("vocab_size", VOCABULARY);
    config.putAll(changes);
    return config;
  }

  private static CheckpointLayout published() {
    CheckpointLayout layout =
        new CheckpointLayout()
            .with("model.embed_tokens.weight", VOCABULARY, WIDTH)
            .with("model.norm.weight", WIDTH)
            .with("lm_head.weight", VOCABULARY, WIDTH);
    for (int i = 0; i < 28; i++) {
      String block = "model.layers." + i + ".";
      layout
          .layer(block + "self_attn.q_proj", WIDTH, WIDTH)
          .layer(block + "self_attn.k_proj", KEYS, WIDTH)
          .layer(block + "self_attn.v_proj", KEYS, WIDTH)
          .with(block + "self_attn.o_proj.weight", WIDTH, WIDTH)
          .with(block + "input_layernorm.weight", WIDTH)
          .with(block + "post_attention_layernorm.weight", WIDTH)
          .with(block + "mlp.gate_proj.weight", MLP, WIDTH)
          .with(block + "mlp.up_proj.weight", MLP, WIDTH)
          .with(block + "mlp.down_proj.weight", WIDTH, MLP);
    }
    return layout;
  }

  @Test
  @DisplayName("The published Dream-7B sees all slots, and predicts the next one")
  void publishedModel() {
    Assembly assembly = fit(configuration(), checkpoints());
    assertThat(assembly.frame().layout()).isEqualTo(new Sequence(131072));
    assertThat(assembly.config("backbone"))
        .containsEntry("attention", "full")
        .containsEntry("predicts", "next")
        .containsEntry("mask", 151666);
  }

  @Test
  @DisplayName("Arguments of a run become scheduler and guides; others are refused")
  void arguments() {
    Map<String, Object> given =
        Map.of(
            "alg",
            "topk_margin",
            "steps",
            8,
            "max_new_tokens",
            12,
            "temperature",
            0.2,
            "top_p",
            0.95,
            "alg_temp",
            0.1);
    Sampling sampling = DreamArguments.read(OfficialConfig.of("dream", given));
    assertThat(sampling.length()).isEqualTo(12);
    assertThat(sampling.scheduler().config())
        .containsEntry("steps", 8)
        .containsEntry("transfer", "timesteps")
        .containsEntry("remasking", "margin")
        .containsEntry("noise", 0.1)
        .containsEntry("temperature", 1.0);
    assertThat(sampling.guides().get(0).config()).containsEntry("value", 0.2);
    assertThat(sampling.guides().get(1).config()).containsEntry("p", 0.95);
    for (Map<String, Object> bad :
        List.<Map<String, Object>>of(Map.of("alg", "best"), Map.of("num_beams", 2))) {
      assertThatThrownBy(() -> DreamArguments.read(OfficialConfig.of("dream", bad)))
          .isInstanceOf(PartException.class)
          .hasMessageContaining("expected");
    }
  }
}
