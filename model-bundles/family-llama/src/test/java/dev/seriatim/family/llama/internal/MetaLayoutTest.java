package dev.seriatim.family.llama.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seriatim.api.part.Assembly;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.verification.Family;
import dev.seriatim.api.verification.Family.Source.Key;
import dev.seriatim.testkit.CheckpointLayout;
import dev.seriatim.testkit.FamilyContract;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** LLaMA as Meta publishes it; sizes are those of the published {@code params.json}. */
class MetaLayoutTest extends FamilyContract {
  private static final Map<String, Object> LLAMA_2_13B =
      Map.of(
          "dim", 5120,
          "multiple_of", 256,
          "n_heads", 40,
          "n_layers", 40,
          "norm_eps", 1e-5,
          "vocab_size", -1);

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
    return LLAMA_2_13B;
  }

  @Override
  protected List<CheckpointLayout> checkpoints() {
    return Layouts.meta(LLAMA_2_13B, 13824, 32000, 2, false);
  }

  @Override
  protected String tensor() {
    return "layers.7.ffn_norm.weight";
  }

  @Override
  protected Map<String, Map<String, ?>> refused() {
    return Map.of(
        "multiple_of", Layouts.with(LLAMA_2_13B, Map.of("multiple_of", 0)),
        "vocab_size", Layouts.with(LLAMA_2_13B, Map.of("vocab_size", 31999)),
        "hidden_dim", Layouts.with(LLAMA_2_13B, Map.of("hidden_dim", 13823)),
        "moe", Layouts.with(LLAMA_2_13B, Map.of("moe", 8)));
  }

  @Test
  @DisplayName("Layers that were split by outputs are joined by rows, those by inputs by columns")
  void joinsShards() {
    CheckpointLayout[] files = checkpoints().toArray(CheckpointLayout[]::new);
    var weights = read(LLAMA_2_13B, files).weights();
    assertThat(weights.get("backbone.token").axis()).isEqualTo(1);
    assertThat(weights.get("backbone.gate.3").axis()).isZero();
    assertThat(weights.get("backbone.down.3").axis()).isEqualTo(1);
    assertThat(weights.get("backbone.proj.3").axis()).isEqualTo(1);
    String attention = "layers.3.attention.";
    assertThat(weights.get("backbone.qkv.3").tensors())
        .containsExactly(
            new Key(0, attention + "wq.weight"),
            new Key(1, attention + "wq.weight"),
            new Key(0, attention + "wk.weight"),
            new Key(1, attention + "wk.weight"),
            new Key(0, attention + "wv.weight"),
            new Key(1, attention + "wv.weight"));
  }

  @Test
  @DisplayName("LLaMA-2-7B, in one file")
  void oneFile() {
    Map<String, Object> params =
        Layouts.with(LLAMA_2_13B, Map.of("dim", 4096, "n_heads", 32, "n_layers", 32));
    fit(params, Layouts.meta(params, 11008, 32000, 1, false));
  }

  @Test
  @DisplayName("LLaMA-2-70B, in eight files")
  void eightFiles() {
    Map<String, Object> params =
        Map.of(
            "dim", 8192,
            "multiple_of", 4096,
            "ffn_dim_multiplier", 1.3,
            "n_heads", 64,
            "n_kv_heads", 8,
            "n_layers", 80,
            "norm_eps", 1e-5,
            "vocab_size", -1);
    Assembly fitted = fit(params, Layouts.meta(params, 28672, 32000, 8, false));
    assertThat(fitted.config("backbone")).containsEntry("mlp-width", 28672);
  }

  @Test
  @DisplayName("LLaMA-3-8B and 70B, whose tables are split by ids")
  void llama3() {
    Map<String, Object> params =
        Map.of(
            "dim", 4096,
            "n_layers", 32,
            "n_heads", 32,
            "n_kv_heads", 8,
            "vocab_size", 128256,
            "multiple_of", 1024,
            "ffn_dim_multiplier", 1.3,
            "norm_eps", 1e-5,
            "rope_theta", 500000.0);
    fit(params, Layouts.meta(params, 14336, 128256, 1, true));
    Map<String, Object> larger =
        Layouts.with(
            params, Map.of("dim", 8192, "n_layers", 80, "n_heads", 64, "multiple_of", 4096));
    fit(larger, Layouts.meta(larger, 28672, 128256, 8, true));
  }

  @Test
  @DisplayName("LLaMA 3.2 1B, whose slow frequencies are stretched")
  void scaled() {
    Map<String, Object> params =
        Map.of(
            "dim", 2048,
            "ffn_dim_multiplier", 1.5,
            "multiple_of", 256,
            "n_heads", 32,
            "n_kv_heads", 8,
            "n_layers", 16,
            "norm_eps", 1e-5,
            "rope_theta", 500000.0,
            "use_scaled_rope", true,
            "vocab_size", 128256);
    Assembly fitted = fit(params, Layouts.meta(params, 8192, 128256, 1, true));
    assertThat((Map<?, ?>) fitted.config("backbone").get("rotary"))
        .hasToString(
            "{pairs=neighbours, base=500000.0, scaling=wavelength, factor=8.0, slow=1, fast=4.0,"
                + " context=8192}");
  }
}
