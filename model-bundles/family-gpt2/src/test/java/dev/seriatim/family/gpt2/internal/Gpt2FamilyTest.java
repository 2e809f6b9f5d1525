package dev.seriatim.family.gpt2.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.part.Assembly;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.verification.Family;
import dev.seriatim.testkit.CheckpointLayout;
import dev.seriatim.testkit.FamilyContract;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Gpt2FamilyTest extends FamilyContract {
  @Override
  protected Family family() {
    return new Gpt2Family();
  }

  @Override
  protected Map<String, PartFactory<?, ?>> factories() {
    return Layouts.factories();
  }

  @Override
  protected Map<String, ?> configuration() {
    return config(Map.of());
  }

  @Override
  protected List<CheckpointLayout> checkpoints() {
    return List.of(Layouts.hub("", 12, 768));
  }

  @Override
  protected String tensor() {
    return "h.7.mlp.c_proj.weight";
  }

  @Override
  protected Map<String, Map<String, ?>> refused() {
    return Map.of(
        "activation_function", config(Map.of("activation_function", "relu")),
        "scale_attn_by_inverse_layer_idx", config(Map.of("scale_attn_by_inverse_layer_idx", true)),
        "scale_attn_weights", config(Map.of("scale_attn_weights", false)),
        "n_inner", config(Map.of("n_inner", 1000)),
        "n_head", config(Map.of("n_head", "twelve")),
        "rotary", config(Map.of("rotary", true)));
  }

  private static Map<String, Object> config(Map<String, ?> changes) {
    return config(12, 12, 768, changes);
  }

  /** The published configuration, changed by some keys. */
  private static Map<String, Object> config(
      int layers, int heads, int width, Map<String, ?> changes) {
    Map<String, Object> config = new HashMap<>();
    config.put("activation_function", "gelu_new");
    config.put("architectures", List.of("GPT2LMHeadModel"));
    config.put("attn_pdrop", 0.1);
    config.put("bos_token_id", 50256);
    config.put("embd_pdrop", 0.1);
    config.put("eos_token_id", 50256);
    config.put("initializer_range", 0.02);
    config.put("layer_norm_epsilon", 1e-5);
    config.put("model_type", "gpt2");
    config.put("n_ctx", 1024);
    config.put("n_embd", width);
    config.put("n_head", heads);
    config.put("n_layer", layers);
    config.put("n_positions", 1024);
    config.put("resid_pdrop", 0.1);
    config.put("vocab_size", Layouts.VOCABULARY);
    config.putAll(changes);
    return config;
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "gpt2, 12, 12, 768",
    "gpt2-medium, 24, 16, 1024",
    "gpt2-large, 36, 20, 1280",
    "gpt2-xl, 48, 25, 1600"
  })
  @DisplayName("The published sizes fit, tensor by tensor")
  void publishedSizes(String name, int layers, int heads, int width) {
    Assembly model =
        fit(config(layers, heads, width, Map.of()), List.of(Layouts.hub("", layers, width)));
    assertThat(model.frame().layout()).isEqualTo(new Sequence(1024));
    assertThat(model.frame().tokens()).isEqualTo(new TokenSpace.Discrete(50257, 1));
    assertThat(model.frame().width()).isEqualTo(width);
    assertThat(model.config("backbone"))
        .containsEntry("activation", "gelu-tanh")
        .containsEntry("overflow", "refuse");
  }

  @Test
  @DisplayName("Names may begin with transformer., and a head may be there")
  void savedByTheLibrary() {
    CheckpointLayout saved =
        Layouts.hub("transformer.", 2, 64).with("lm_head.weight", Layouts.VOCABULARY, 64);
    fit(config(2, 4, 64, Map.of()), List.of(saved));
    fit(config(2, 4, 64, Map.of("tie_word_embeddings", false)), List.of(saved));
    List<CheckpointLayout> tied = List.of(Layouts.hub("transformer.", 2, 64));
    Map<String, Object> untied = config(2, 4, 64, Map.of("tie_word_embeddings", false));
    assertThatThrownBy(() -> fit(untied, tied)).hasMessageContaining("lm_head.weight");
  }

  @Test
  @DisplayName("nanoGPT's own layout is refused, not read the wrong way round")
  void otherLayouts() {
    CheckpointLayout nano = Layouts.nano("", 2, 64, 64, true);
    assertThatThrownBy(() -> read(config(2, 4, 64, Map.of()), nano))
        .isInstanceOf(PartException.class)
        .hasMessageContaining("[in, out]");
  }
}
