package dev.seriatim.family.mamba.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.part.Assembly;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.verification.Family;
import dev.seriatim.backbone.mamba.internal.MambaFactory;
import dev.seriatim.head.categorical.internal.CategoricalHeadFactory;
import dev.seriatim.schedulers.internal.RasterFactory;
import dev.seriatim.testkit.CheckpointLayout;
import dev.seriatim.testkit.FamilyContract;
import dev.seriatim.tokenizer.ids.internal.IdsFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MambaFamilyTest extends FamilyContract {
  private static final int VOCABULARY = 50277;
  private static final int ROWS = 50280;

  @Override
  protected Family family() {
    return new MambaFamily();
  }

  @Override
  protected Map<String, PartFactory<?, ?>> factories() {
    return Map.of(
        "ids", new IdsFactory(),
        "mamba", new MambaFactory(),
        "categorical", new CategoricalHeadFactory(),
        "raster", new RasterFactory());
  }

  @Override
  protected Map<String, ?> configuration() {
    return config(24, 768, Map.of());
  }

  @Override
  protected List<CheckpointLayout> checkpoints() {
    return List.of(layout("backbone.embedding", 24, 768, 16, 4, 48));
  }

  @Override
  protected String tensor() {
    return "backbone.layers.17.mixer.out_proj.weight";
  }

  @Override
  protected Map<String, Map<String, ?>> refused() {
    return Map.of(
        "rms_norm", config(24, 768, Map.of("rms_norm", false)),
        "vocab_size", config(24, 768, Map.of("vocab_size", 50000)),
        "attn_layer_idx", config(24, 768, Map.of("attn_layer_idx", List.of(3))),
        "ssm_cfg.layer", config(24, 768, Map.of("ssm_cfg", Map.of("layer", "Mamba2"))),
        "ssm_cfg.headdim", config(24, 768, Map.of("ssm_cfg", Map.of("headdim", 64))),
        "d_model", config(24, 768, Map.of("d_model", "wide")));
  }

  /** The published configuration, changed by some keys. */
  private static Map<String, Object> config(int layers, int width, Map<String, ?> changes) {
    Map<String, Object> config = new HashMap<>();
    config.put("d_model", width);
    config.put("n_layer", layers);
    config.put("vocab_size", VOCABULARY);
    config.put("ssm_cfg", Map.of());
    config.put("rms_norm", true);
    config.put("residual_in_fp32", true);
    config.put("fused_add_norm", true);
    config.put("pad_vocab_size_multiple", 8);
    config.putAll(changes);
    return config;
  }

  private static CheckpointLayout layout(
      String embedding, int layers, long width, long state, long taps, long rank) {
    long inner = 2 * width;
    CheckpointLayout layout =
        new CheckpointLayout()
            .with(embedding + ".weight", ROWS, width)
            .with("backbone.norm_f.weight", width)
            .with("lm_head.weight", ROWS, width);
    for (int i = 0; i < layers; i++) {
      String mixer = "backbone.layers." + i + ".mixer.";
      layout
          .with("backbone.layers." + i + ".norm.weight", width)
          .with(mixer + "A_log", inner, state)
          .with(mixer + "D", inner)
          .with(mixer + "in_proj.weight", 2 * inner, width)
          .with(mixer + "conv1d.weight", inner, 1, taps)
          .with(mixer + "conv1d.bias", inner)
          .with(mixer + "x_proj.weight", rank + 2 * state, inner)
          .layer(mixer + "dt_proj", inner, rank)
          .with(mixer + "out_proj.weight", width, inner);
    }
    return layout;
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "mamba-130m, 24, 768, 48",
    "mamba-370m, 48, 1024, 64",
    "mamba-790m, 48, 1536, 96",
    "mamba-1.4b, 48, 2048, 128",
    "mamba-2.8b, 64, 2560, 160"
  })
  @DisplayName("The published sizes fit, tensor by tensor")
  void publishedSizes(String name, int layers, int width, int rank) {
    Assembly model =
        fit(
            config(layers, width, Map.of()),
            List.of(layout("backbone.embedding", layers, width, 16, 4, rank)));
    assertThat(model.frame().tokens()).isEqualTo(new TokenSpace.Discrete(ROWS, 1));
    assertThat(model.frame().width()).isEqualTo(width);
  }

  @Test
  @DisplayName("The state space may have other sizes, the text another length")
  void otherSizes() {
    Map<String, Object> config =
        config(
            2,
            64,
            Map.of(
                "ssm_cfg",
                Map.of("d_state", 8, "d_conv", 3, "dt_rank", 5, "conv_bias", true),
                "context_length",
                100_000));
    Assembly model = fit(config, List.of(layout("backbone.embedding", 2, 64, 8, 3, 5)));
    assertThat(model.config("backbone"))
        .containsEntry("state", 8)
        .containsEntry("convolution", 3)
        .containsEntry("rank", 5);
    assertThat(model.frame().layout().slots()).isEqualTo(100_000);
  }

  /** As Hugging Face converted the 130m model. */
  private static Map<String, Object> hub(Map<String, ?> changes) {
    Map<String, Object> config = new HashMap<>();
    config.put("architectures", List.of("MambaForCausalLM"));
    config.put("conv_kernel", 4);
    config.put("d_inner", 1536);
    config.put("d_model", 768);
    config.put("eos_token_id", 0);
    config.put("expand", 2);
    config.put("hidden_act", "silu");
    config.put("hidden_size", 768);
    config.put("intermediate_size", 1536);
    config.put("layer_norm_epsilon", 1e-5);
    config.put("model_type", "mamba");
    config.put("n_layer", 24);
    config.put("num_hidden_layers", 24);
    config.put("rms_norm", true);
    config.put("ssm_cfg", Map.of());
    config.put("state_size", 16);
    config.put("time_step_rank", 48);
    config.put("time_step_scale", 1.0);
    config.put("use_bias", false);
    config.put("use_conv_bias", true);
    config.put("vocab_size", ROWS);
    config.putAll(changes);
    return config;
  }

  @Test
  @DisplayName("Hugging Face's layout fits, with and without a head of its own")
  void hubLayout() {
    CheckpointLayout saved = layout("backbone.embeddings", 24, 768, 16, 4, 48);
    fit(hub(Map.of()), List.of(saved));
    fit(hub(Map.of("tie_word_embeddings", false)), List.of(saved));
    List<CheckpointLayout> tied = List.of(saved.copy().without("lm_head.weight"));
    fit(hub(Map.of()), tied);
    assertThatThrownBy(() -> fit(hub(Map.of("hidden_act", "gelu")), tied))
        .isInstanceOf(PartException.class)
        .hasMessageContaining("hidden_act");
    assertThatThrownBy(() -> fit(hub(Map.of("intermediate_size", 2048)), tied))
        .hasMessageContaining("intermediate_size");
  }
}
