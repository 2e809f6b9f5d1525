package dev.seriatim.family.bd3lms.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.part.Assembly;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.verification.Family;
import dev.seriatim.backbone.bd3lm.internal.Bd3lmFactory;
import dev.seriatim.head.categorical.internal.CategoricalHeadFactory;
import dev.seriatim.schedulers.internal.BlockDiffusionFactory;
import dev.seriatim.testkit.CheckpointLayout;
import dev.seriatim.testkit.FamilyContract;
import dev.seriatim.tokenizer.ids.internal.IdsFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** BD3-LM, by the published layout of bd3lm-owt. */
class Bd3lmsFamilyTest extends FamilyContract {
  private static final int WIDTH = 768;
  private static final int CONDITION = 128;
  private static final int VOCABULARY = 50258;
  private static final int LENGTH = 1024;

  @Override
  protected Family family() {
    return new Bd3lmsFamily();
  }

  @Override
  protected Map<String, PartFactory<?, ?>> factories() {
    return Map.of(
        "ids", new IdsFactory(),
        "bd3lm", new Bd3lmFactory(),
        "categorical", new CategoricalHeadFactory(),
        "block-diffusion", new BlockDiffusionFactory());
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
    return "backbone.blocks.7.attn_out.weight";
  }

  @Override
  protected Map<String, Map<String, ?>> refused() {
    return Map.of(
        "causal", config(Map.of("causal", true)),
        "adaln", config(Map.of("adaln", false)),
        "cross_attn", config(Map.of("cross_attn", false)),
        "model_type", config(Map.of("model_type", "mdlm")),
        "parameterization", config(Map.of("parameterization", "sedd")),
        "hidden_dim", config(Map.of("hidden_dim", "wide")));
  }

  private static Map<String, Object> config(Map<String, ?> changes) {
    Map<String, Object> config = new HashMap<>();
    config.put("model_type", "bd3lm");
    config.put("architectures", List.of("BD3LM"));
    config.put("adaln", true);
    config.put("attn_backend", "flex");
    config.put("block_size", 4);
    config.put("causal", false);
    config.put("cond_dim", CONDITION);
    config.put("cross_attn", true);
    config.put("dropout", 0.1);
    config.put("hidden_dim", WIDTH);
    config.put("model_length", LENGTH);
    config.put("n_blocks", 12);
    config.put("n_heads", 12);
    config.put("return_dict", false);
    config.put("sampling_eps_max", 0.999);
    config.put("sampling_eps_min", 0.001);
    config.put("time_conditioning", false);
    config.put("torch_dtype", "float32");
    config.put("transformers_version", "4.45.2");
    config.put("var_min", true);
    config.put("vocab_size", VOCABULARY);
    config.putAll(changes);
    return config;
  }

  private static CheckpointLayout published() {
    CheckpointLayout layout =
        new CheckpointLayout()
            .with("sampling_eps_min")
            .with("sampling_eps_max")
            .with("backbone.vocab_embed.embedding", VOCABULARY, WIDTH)
            .layer("backbone.sigma_map.mlp.0", CONDITION, 256)
            .layer("backbone.sigma_map.mlp.2", CONDITION, CONDITION)
            .with("backbone.rotary_emb.inv_freq", 32)
            .with("backbone.output_layer.norm_final.weight", WIDTH)
            .layer("backbone.output_layer.linear", VOCABULARY, WIDTH)
            .layer("backbone.output_layer.adaLN_modulation", 2 * WIDTH, CONDITION);
    for (int i = 0; i < 12; i++) {
      String block = "backbone.blocks." + i + ".";
      layout
          .with(block + "norm1.weight", WIDTH)
          .with(block + "attn_qkv.weight", 3 * WIDTH, WIDTH)
          .with(block + "attn_out.weight", WIDTH, WIDTH)
          .with(block + "norm2.weight", WIDTH)
          .layer(block + "mlp.0", 4 * WIDTH, WIDTH)
          .layer(block + "mlp.2", WIDTH, 4 * WIDTH)
          .layer(block + "adaLN_modulation", 6 * WIDTH, CONDITION);
    }
    return layout;
  }

  @Test
  @DisplayName("The published model denoises blocks of four of GPT-2's tokens and the mask")
  void publishedModel() {
    Assembly assembly = fit(configuration(), checkpoints());
    assertThat(assembly.frame().layout()).isEqualTo(new Sequence(LENGTH));
    assertThat(assembly.frame().tokens()).isEqualTo(new TokenSpace.Discrete(VOCABULARY, 1));
    assertThat(assembly.config("scheduler"))
        .containsEntry("block-length", 4)
        .containsEntry("method", "first-hitting")
        .containsEntry("mask-id", VOCABULARY - 1);
    assertThat(assembly.config("head")).containsEntry("mask-id", VOCABULARY - 1);
  }

  @Test
  @DisplayName("A model that was not trained in blocks is one of a single block")
  void oneBlock() {
    Assembly assembly =
        fit(config(Map.of("block_size", LENGTH, "cross_attn", false)), checkpoints());
    assertThat(assembly.config("backbone")).containsEntry("block-size", LENGTH);
  }

  @Test
  @DisplayName("A checkpoint of another network is refused")
  void otherNetworks() {
    CheckpointLayout other = published().without("backbone.vocab_embed.embedding");
    assertThatThrownBy(() -> read(configuration(), other))
        .isInstanceOf(PartException.class)
        .hasMessageContaining("backbone.vocab_embed.embedding");
  }
}
