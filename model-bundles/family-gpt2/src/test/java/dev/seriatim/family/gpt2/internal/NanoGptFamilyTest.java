package dev.seriatim.family.gpt2.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.verification.Family;
import dev.seriatim.testkit.CheckpointLayout;
import dev.seriatim.testkit.FamilyContract;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class NanoGptFamilyTest extends FamilyContract {
  @Override
  protected Family family() {
    return new NanoGptFamily();
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
    return List.of(
        Layouts.nano("model._orig_mod.", 6, 384, 256, false)
            .with("optimizer.state.0.exp_avg", 384, 384)
            .with("best_val_loss"));
  }

  @Override
  protected String tensor() {
    return "model._orig_mod.transformer.h.3.attn.c_attn.weight";
  }

  @Override
  protected Map<String, Map<String, ?>> refused() {
    return Map.of(
        "block_size", config(Map.of("block_size", "long")),
        "activation", config(Map.of("activation", "relu")),
        "weight_tying", config(Map.of("weight_tying", false)),
        "n_kv_head", config(Map.of("n_kv_head", 2)));
  }

  /** The configuration that nanoGPT trains on characters, changed by some keys. */
  private static Map<String, Object> config(Map<String, ?> changes) {
    Map<String, Object> config = new HashMap<>();
    config.put("n_layer", 6);
    config.put("n_head", 6);
    config.put("n_embd", 384);
    config.put("block_size", 256);
    config.put("bias", false);
    config.put("vocab_size", Layouts.VOCABULARY);
    config.put("dropout", 0.2);
    config.putAll(changes);
    return config;
  }

  @Test
  @DisplayName("A text longer than the positions is read through a window, with the exact GELU")
  void asTheOfficialCodeRunsIt() {
    assertThat(fit(configuration(), checkpoints()).config("backbone"))
        .containsEntry("overflow", "slide")
        .containsEntry("activation", "gelu")
        .containsEntry("positions", 256)
        .containsEntry("bias", false);
  }

  @Test
  @DisplayName("The configuration may stand in a section, or in the checkpoint")
  void whereTheConfigurationIs() {
    CheckpointLayout biased = Layouts.nano("", 6, 384, 256, true);
    Map<String, Object> whole = config(Map.of("bias", true));
    assertThat(fit(Map.of("gpt_config", whole), List.of(biased)).frame().layout())
        .isEqualTo(new Sequence(256));
    Map<String, String> stored = new HashMap<>();
    whole.forEach((key, value) -> stored.put("model_args." + key, String.valueOf(value)));
    assertThat(NanoConfig.read("nanogpt", Map.of(), stored))
        .isEqualTo(NanoConfig.read("nanogpt", whole, Map.of()));
  }

  @Test
  @DisplayName("GPT-2's own weights run as nanoGPT loads them")
  void weightsOfTheHub() {
    Map<String, Object> config =
        Map.of(
            "n_layer", 2,
            "n_head", 4,
            "n_embd", 64,
            "n_positions", 1024,
            "vocab_size", Layouts.VOCABULARY,
            "activation_function", "gelu_new");
    assertThat(fit(config, List.of(Layouts.hub("", 2, 64))).config("backbone"))
        .containsEntry("overflow", "slide")
        .containsEntry("activation", "gelu")
        .containsEntry("bias", true);
  }
}
