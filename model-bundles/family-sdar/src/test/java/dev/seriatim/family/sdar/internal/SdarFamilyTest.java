package dev.seriatim.family.sdar.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.part.Assembly;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.verification.Family;
import dev.seriatim.backbone.llama.internal.LlamaFactory;
import dev.seriatim.head.categorical.internal.CategoricalHeadFactory;
import dev.seriatim.schedulers.internal.MaskedBlocksFactory;
import dev.seriatim.testkit.CheckpointLayout;
import dev.seriatim.testkit.FamilyContract;
import dev.seriatim.tokenizer.ids.internal.IdsFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** SDAR, by the published layouts of its models of 1.7 and of 8 billion weights. */
class SdarFamilyTest extends FamilyContract {
  private static final int VOCABULARY = 151936;
  private static final int MASK = 151669;

  /** Sizes of a model. */
  private record Size(int layers, int width, int heads, int mlpWidth) {}

  private static final Size SMALL = new Size(28, 2048, 16, 6144);
  private static final Size LARGE = new Size(36, 4096, 32, 12288);

  @Override
  protected Family family() {
    return new SdarFamily();
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
    return config(SMALL, Map.of());
  }

  @Override
  protected List<CheckpointLayout> checkpoints() {
    return List.of(published(SMALL));
  }

  @Override
  protected String tensor() {
    return "model.layers.3.mlp.up_proj.weight";
  }

  @Override
  protected Map<String, Map<String, ?>> refused() {
    return Map.of(
        "model_type", config(SMALL, Map.of("model_type", "sdar_moe")),
        "hidden_act", config(SMALL, Map.of("hidden_act", "gelu")),
        "mask", config(SMALL, Map.of("mask_token_id", VOCABULARY)),
        "num_experts", config(SMALL, Map.of("num_experts", 128)));
  }

  /** The published configuration, changed by some keys. */
  private static Map<String, Object> config(Size size, Map<String, ?> changes) {
    Map<String, Object> config = new HashMap<>();
    config.put("model_type", "sdar");
    config.put("architectures", List.of("SDARForCausalLM"));
    config.put("attention_bias", false);
    config.put("attention_dropout", 0.0);
    config.put("attn_implementation", "flex_attention");
    config.put("block_size", 4);
    config.put("bos_token_id", 151643);
    config.put("debug", false);
    config.put("eos_token_id", 151643);
    config.put("ep_size", 1);
    config.put("fuse_cross_entropy", true);
    config.put("head_dim", 128);
    config.put("hidden_act", "silu");
    config.put("hidden_size", size.width);
    config.put("initializer_range", 0.02);
    config.put("intermediate_size", size.mlpWidth);
    config.put("mask_token_id", MASK);
    config.put("max_position_embeddings", 32768);
    config.put("max_window_layers", size.layers);
    config.put("micro_forward", false);
    config.put("num_attention_heads", size.heads);
    config.put("num_hidden_layers", size.layers);
    config.put("num_key_value_heads", 8);
    config.put("rms_norm_eps", 1e-6);
    config.put("rope_scaling", null);
    config.put("rope_theta", 1000000);
    config.put("skip_checkpoint", false);
    config.put("sliding_window", null);
    config.put("tie_word_embeddings", false);
    config.put("torch_dtype", "bfloat16");
    config.put("transformers_version", "4.52.4");
    config.put("use_cache", false);
    config.put("use_deepep", false);
    config.put("use_sliding_window", false);
    config.put("vocab_size", VOCABULARY);
    config.putAll(changes);
    return config;
  }

  private static CheckpointLayout published(Size size) {
    CheckpointLayout layout =
        new CheckpointLayout()
            .with("model.embed_tokens.weight", VOCABULARY, size.width)
            .with("model.norm.weight", size.width)
            .with("lm_head.weight", VOCABULARY, size.width);
    for (int i = 0; i < size.layers; i++) {
      String layer = "model.layers." + i + ".";
      String attention = layer + "self_attn.";
      layout
          .with(layer + "input_layernorm.weight", size.width)
          .with(attention + "q_proj.weight", size.heads * 128L, size.width)
          .with(attention + "k_proj.weight", 8 * 128, size.width)
          .with(attention + "v_proj.weight", 8 * 128, size.width)
          .with(attention + "o_proj.weight", size.width, size.heads * 128L)
          .with(attention + "q_norm.weight", 128)
          .with(attention + "k_norm.weight", 128)
          .with(layer + "post_attention_layernorm.weight", size.width)
          .with(layer + "mlp.gate_proj.weight", size.mlpWidth, size.width)
          .with(layer + "mlp.up_proj.weight", size.mlpWidth, size.width)
          .with(layer + "mlp.down_proj.weight", size.width, size.mlpWidth);
    }
    return layout;
  }

  @Test
  @DisplayName("The model of 8 billion weights sees and denoises blocks of four tokens")
  void largeModel() {
    Assembly assembly = fit(config(LARGE, Map.of()), List.of(published(LARGE)));
    assertThat(assembly.frame().layout()).isEqualTo(new Sequence(32768));
    assertThat(assembly.frame().tokens()).isEqualTo(new TokenSpace.Discrete(VOCABULARY, 1));
    assertThat(assembly.config("backbone"))
        .containsEntry("attention", "block")
        .containsEntry("block", 4)
        .containsEntry("mask", MASK);
    assertThat(assembly.config("scheduler"))
        .containsEntry("block-length", 4)
        .containsEntry("block-start", "layout")
        .containsEntry("threshold", 0.85);
    assertThat(assembly.config("head")).containsEntry("mask-id", MASK);
  }

  @Test
  @DisplayName("Models whose configuration does not say it have the block and mask of the first")
  void defaults() {
    Map<String, Object> older = config(SMALL, Map.of());
    older.remove("block_size");
    older.remove("mask_token_id");
    assertThat(fit(older, checkpoints()).config("backbone"))
        .containsEntry("block", 4)
        .containsEntry("mask", MASK);
  }
}
