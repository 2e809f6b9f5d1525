package dev.seriatim.family.rar.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.part.Assembly;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.verification.Family;
import dev.seriatim.backbone.rar.internal.RarFactory;
import dev.seriatim.guides.internal.ClassifierFreeFactory;
import dev.seriatim.guides.internal.TemperatureFactory;
import dev.seriatim.head.categorical.internal.CategoricalHeadFactory;
import dev.seriatim.schedulers.internal.PermutedFactory;
import dev.seriatim.testkit.CheckpointLayout;
import dev.seriatim.testkit.FamilyContract;
import dev.seriatim.tokenizer.ids.internal.IdsFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RarFamilyTest extends FamilyContract {
  private static final int VOCABULARY = 1024;
  private static final int CLASSES = 1000;

  @Override
  protected Family family() {
    return new RarFamily();
  }

  @Override
  protected Map<String, PartFactory<?, ?>> factories() {
    return Map.of(
        "ids", new IdsFactory(),
        "rar", new RarFactory(),
        "categorical", new CategoricalHeadFactory(),
        "permuted", new PermutedFactory(),
        "cfg", new ClassifierFreeFactory(),
        "temperature", new TemperatureFactory());
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
    return "blocks.7.attn.proj.weight";
  }

  @Override
  protected Map<String, Map<String, ?>> refused() {
    return Map.of(
        "model.generator.use_rope", config(Map.of("use_rope", true)),
        "model.generator.hidden_size", config(Map.of("hidden_size", "wide")));
  }

  /** The published configuration of RAR-B, changed by some keys. */
  private static Map<String, Object> config(Map<String, ?> changes) {
    Map<String, Object> generator = new HashMap<>();
    generator.put("hidden_size", 768);
    generator.put("num_hidden_layers", 24);
    generator.put("num_attention_heads", 16);
    generator.put("intermediate_size", 3072);
    generator.put("dropout", 0.1);
    generator.put("attn_drop", 0.1);
    generator.put("class_label_dropout", 0.1);
    generator.put("image_seq_len", 256);
    generator.put("condition_num_classes", CLASSES);
    generator.put("randomize_temperature", 1.0);
    generator.put("guidance_scale", 16.0);
    generator.put("guidance_scale_pow", 2.75);
    generator.put("use_checkpoint", false);
    generator.put("randomness_anneal_start", 125000);
    generator.put("randomness_anneal_end", 187500);
    generator.putAll(changes);
    return Map.of(
        "model", Map.of("vq_model", Map.of("codebook_size", VOCABULARY), "generator", generator));
  }

  private static CheckpointLayout published() {
    CheckpointLayout layout =
        new CheckpointLayout()
            .with("cls_token", 1, 1, 768)
            .with("pos_embed", 1, 256 + 1024, 768)
            .with("target_aware_pos_embed", 1, 256 + 1024, 768)
            .with("timesteps_embeddings", 1, 256 + 100, 768)
            .with("embeddings.weight", VOCABULARY + CLASSES + 2, 768)
            .layer("adaln_before_head.adaLN_modulation.1", 2 * 768, 768)
            .layer("lm_head", VOCABULARY, 768);
    for (int i = 0; i < 24; i++) {
      String block = "blocks." + i + ".";
      layout
          .layer(block + "norm1", 768)
          .layer(block + "attn.qkv", 3 * 768, 768)
          .layer(block + "attn.q_norm", 48)
          .layer(block + "attn.k_norm", 48)
          .layer(block + "attn.proj", 768, 768)
          .layer(block + "norm2", 768)
          .layer(block + "mlp.fc1", 3072, 768)
          .layer(block + "mlp.fc2", 768, 3072)
          .layer(block + "adaLN_modulation.1", 6 * 768, 768);
    }
    return layout;
  }

  private Assembly fit(Map<String, ?> changes) {
    return fit(config(changes), checkpoints());
  }

  @Test
  @DisplayName("The published RAR-B predicts a grid of ids under labels")
  void publishedModel() {
    Frame frame = fit(Map.of()).frame();
    assertThat(frame.layout()).isEqualTo(new Grid(16, 16));
    assertThat(frame.tokens()).isEqualTo(new TokenSpace.Discrete(VOCABULARY, 1));
    assertThat(frame.conditions().labels()).hasSize(CLASSES);
  }

  @Test
  @DisplayName("Tokens that make no square are a sequence")
  void sequences() {
    assertThat(fit(Map.of("image_seq_len", 200)).frame().layout()).isEqualTo(new Sequence(200));
  }

  @Test
  @DisplayName("Guidance grows as the configuration says, and may be none")
  void guidance() {
    assertThat(fit(Map.of()).config("guide:cfg"))
        .containsEntry("scale", 16.0)
        .containsEntry("schedule", "power-cosine")
        .containsEntry("power", 2.75);
    assertThat(fit(Map.of("guidance_scale", 0)).kinds())
        .contains("guide:temperature")
        .doesNotContain("guide:cfg");
  }

  @Test
  @DisplayName("A checkpoint of another generator is refused")
  void otherGenerators() {
    CheckpointLayout other = published().without("target_aware_pos_embed");
    assertThatThrownBy(() -> read(configuration(), other))
        .isInstanceOf(PartException.class)
        .hasMessageContaining("target_aware_pos_embed");
  }
}
