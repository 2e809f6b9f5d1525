package dev.seriatim.family.llama.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.part.Assembly;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.verification.Family;
import dev.seriatim.api.weights.Parameter;
import dev.seriatim.testkit.CheckpointLayout;
import dev.seriatim.testkit.FamilyContract;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** LLaMA in the layout of Hugging Face; sizes are those of the published configurations. */
class LlamaFamilyTest extends FamilyContract {
  private static final Map<String, Object> LLAMA_2_7B =
      Layouts.config("llama", 4096, 32, 32, 32, 11008, 32000, false);

  @Override
  protected Family family() {
    return new LlamaFamily();
  }

  @Override
  protected Map<String, PartFactory<?, ?>> factories() {
    return Layouts.FACTORIES;
  }

  @Override
  protected Map<String, ?> configuration() {
    return LLAMA_2_7B;
  }

  @Override
  protected List<CheckpointLayout> checkpoints() {
    CheckpointLayout layout = Layouts.huggingFace(LLAMA_2_7B);
    for (int i = 0; i < 32; i++) {
      layout.with("model.layers." + i + ".self_attn.rotary_emb.inv_freq", 64);
    }
    return List.of(layout);
  }

  @Override
  protected String tensor() {
    return "model.layers.7.mlp.down_proj.weight";
  }

  private static Map<String, Object> with(String key, Object value) {
    return Layouts.with(LLAMA_2_7B, Map.of(key, value));
  }

  @Override
  protected Map<String, Map<String, ?>> refused() {
    return Map.of(
        "hidden_act", with("hidden_act", "gelu"),
        "hidden_size", with("hidden_size", "wide"),
        "mlp_bias", with("mlp_bias", true),
        "model_type", with("model_type", "gemma"),
        "rope_type", with("rope_scaling", Map.of("rope_type", "dynamic", "factor", 2.0)),
        "type", with("rope_scaling", Map.of("type", "longrope")),
        "sliding_window", with("sliding_window", 1024),
        "partial_rotary_factor", with("partial_rotary_factor", 0.5),
        "vocab_size", with("vocab_size", 31999),
        "num_local_experts", with("num_local_experts", 8));
  }

  private static long elements(Assembly assembly) {
    return List.of("backbone", "head").stream()
        .flatMap(kind -> assembly.parameters(kind).stream())
        .map(Parameter::shape)
        .mapToLong(shape -> shape.size())
        .sum();
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("Published models fit by names and shapes")
  @CsvSource({
    "LLaMA-2-7B,4096,32,32,32,11008,32000,6738415616",
    "LLaMA-2-13B,5120,40,40,40,13824,32000,13015864320",
    "LLaMA-2-70B,8192,80,64,8,28672,32000,68976648192",
    "LLaMA-3-8B,4096,32,32,8,14336,128256,8030261248",
    "Mistral-7B,4096,32,32,8,14336,32000,7241732096"
  })
  void publishedModels(
      String name, int width, int layers, int heads, int keys, int mlp, int ids, long elements) {
    String type = name.startsWith("Mistral") ? "mistral" : "llama";
    Map<String, Object> config = Layouts.config(type, width, layers, heads, keys, mlp, ids, false);
    Assembly fitted = fit(config, List.of(Layouts.huggingFace(config)));
    assertThat(elements(fitted)).isEqualTo(elements);
    assertThat(fitted.frame().layout()).isEqualTo(new Sequence(4096));
    assertThat(fitted.frame().tokens()).isEqualTo(new TokenSpace.Discrete(ids, 1));
  }

  @Test
  @DisplayName("LLaMA 3.2 shares its table of tokens, and stretches slow frequencies")
  void tiedAndScaled() {
    Map<String, Object> config =
        Layouts.with(
            Layouts.config("llama", 2048, 16, 32, 8, 8192, 128256, true),
            Map.of(
                "max_position_embeddings",
                131072,
                "rope_theta",
                500000.0,
                "head_dim",
                64,
                "attention_bias",
                false,
                "mlp_bias",
                false,
                "rope_scaling",
                Map.of(
                    "factor", 32.0,
                    "high_freq_factor", 4.0,
                    "low_freq_factor", 1.0,
                    "original_max_position_embeddings", 8192,
                    "rope_type", "llama3")));
    CheckpointLayout layout = Layouts.huggingFace(config);
    Assembly fitted = fit(config, List.of(layout));
    assertThat(elements(fitted)).isEqualTo(1235814400L + 128256L * 2048);
    assertThat(read(config, layout).weights().get("head.weight"))
        .isEqualTo(read(config, layout).weights().get("backbone.token"));
    assertThat(fitted.config("backbone").get("rotary"))
        .isEqualTo(
            Map.of(
                "pairs", "halves",
                "base", 500000.0,
                "scaling", "wavelength",
                "factor", 32.0,
                "slow", 1.0,
                "fast", 4.0,
                "context", 8192));
  }

  @Test
  @DisplayName("Other layouts are refused")
  void otherLayouts() {
    assertThatThrownBy(() -> read(LLAMA_2_7B, new CheckpointLayout().with("wte.weight", 3, 3)))
        .isInstanceOf(PartException.class)
        .hasMessageContaining("tok_embeddings.weight");
  }
}
