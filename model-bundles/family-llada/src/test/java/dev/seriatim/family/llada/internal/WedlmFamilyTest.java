package dev.seriatim.family.llada.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.verification.Family;
import dev.seriatim.backbone.llama.internal.LlamaFactory;
import dev.seriatim.head.categorical.internal.CategoricalHeadFactory;
import dev.seriatim.schedulers.internal.MaskedWindowFactory;
import dev.seriatim.testkit.CheckpointLayout;
import dev.seriatim.testkit.FamilyContract;
import dev.seriatim.tokenizer.ids.internal.IdsFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class WedlmFamilyTest extends FamilyContract {
  private static final int WIDTH = 4096;
  private static final int MLP = 12288;
  private static final int KEYS = 8 * 128;
  private static final int VOCABULARY = 151936;

  @Override
  protected Family family() {
    return new WedlmFamily();
  }

  @Override
  protected Map<String, PartFactory<?, ?>> factories() {
    return Map.of(
        "ids", new IdsFactory(),
        "llama", new LlamaFactory(),
        "categorical", new CategoricalHeadFactory(),
        "masked.window", new MaskedWindowFactory());
  }

  @Override
  protected Map<String, ?> configuration() {
    return config(Map.of());
  }

  @Override
  protected List<CheckpointLayout> checkpoints() {
    return List.of(layout(false));
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
        "block_size", config(Map.of("block_size", 32)));
  }

  /** The sizes of Qwen3-8B, which WeDLM-8B has, changed by some keys. */
  private static Map<String, Object> config(Map<String, ?> changes) {
    Map<String, Object> config = new HashMap<>();
    config.put("attention_bias", false);
    config.put("eos_token_id", 151645);
    config.put("head_dim", 128);
    config.put("hidden_act", "silu");
    config.put("hidden_size", WIDTH);
    config.put("intermediate_size", MLP);
    config.put("mask_token_id", 151666);
    config.put("max_position_embeddings", 16384);
    config.put("max_window_layers", 36);
    config.put("model_type", "wedlm");
    config.put("num_attention_heads", 32);
    config.put("num_hidden_layers", 36);
    config.put("num_key_value_heads", 8);
    config.put("qk_norm", true);
    config.put("rms_norm_eps", 1e-6);
    config.put("rope_scaling", null);
    config.put("rope_theta", 1000000);
    config.put("sliding_window", null);
    config.put("tie_word_embeddings", false);
    config.put("use_sliding_window", false);
    config.put("vocab_size", VOCABULARY);
    config.putAll(changes);
    return config;
  }

  private static CheckpointLayout layout(boolean qwen2) {
    CheckpointLayout layout =
        new CheckpointLayout()
            .with("model.embed_tokens.weight", VOCABULARY, WIDTH)
            .with("model.norm.weight", WIDTH)
            .with("lm_head.weight", VOCABULARY, WIDTH);
    for (int i = 0; i < 36; i++) {
      String block = "model.layers." + i + ".";
      String attention = block + "self_attn.";
      layout
          .with(attention + "q_proj.weight", WIDTH, WIDTH)
          .with(attention + "k_proj.weight", KEYS, WIDTH)
          .with(attention + "v_proj.weight", KEYS, WIDTH)
          .with(attention + "o_proj.weight", WIDTH, WIDTH)
          .with(block + "input_layernorm.weight", WIDTH)
          .with(block + "post_attention_layernorm.weight", WIDTH)
          .with(block + "mlp.gate_proj.weight", MLP, WIDTH)
          .with(block + "mlp.up_proj.weight", MLP, WIDTH)
          .with(block + "mlp.down_proj.weight", WIDTH, MLP);
      if (qwen2) {
        layout
            .with(attention + "q_proj.bias", WIDTH)
            .with(attention + "k_proj.bias", KEYS)
            .with(attention + "v_proj.bias", KEYS);
      } else {
        layout.with(attention + "q_norm.weight", 128).with(attention + "k_norm.weight", 128);
      }
    }
    return layout;
  }

  @Test
  @DisplayName("The state at a mask predicts it, whichever of the two transformers it grew out of")
  void bothTransformers() {
    assertThat(fit(configuration(), checkpoints()).config("backbone"))
        .containsEntry("attention", "settled-first")
        .containsEntry("head-norms", true)
        .containsEntry("qkv-bias", false);
    Map<String, Object> qwen2 = config(Map.of("attention_bias", true, "qk_norm", false));
    assertThat(fit(qwen2, List.of(layout(true))).config("backbone"))
        .containsEntry("head-norms", false)
        .containsEntry("qkv-bias", true)
        .containsEntry("proj-bias", false);
  }
}
