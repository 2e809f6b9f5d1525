package dev.seriatim.family.maskgit.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.part.Assembly;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.verification.Family;
import dev.seriatim.backbone.maskgit.internal.BertFactory;
import dev.seriatim.backbone.maskgit.internal.UVitFactory;
import dev.seriatim.guides.internal.ClassifierFreeFactory;
import dev.seriatim.guides.internal.TemperatureFactory;
import dev.seriatim.head.categorical.internal.CategoricalHeadFactory;
import dev.seriatim.schedulers.internal.MaskedConfidenceFactory;
import dev.seriatim.testkit.CheckpointLayout;
import dev.seriatim.testkit.FamilyContract;
import dev.seriatim.tokenizer.ids.internal.IdsFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class MaskgitFamilyTest extends FamilyContract {
  private static final int VOCABULARY = 4096;
  private static final int CLASSES = 1000;
  private static final int INPUTS = VOCABULARY + CLASSES + 2;

  @Override
  protected Family family() {
    return new MaskgitFamily();
  }

  @Override
  protected Map<String, PartFactory<?, ?>> factories() {
    return Map.of(
        "ids", new IdsFactory(),
        "maskgit.bert", new BertFactory(),
        "maskgit.uvit", new UVitFactory(),
        "categorical", new CategoricalHeadFactory(),
        "masked.confidence", new MaskedConfidenceFactory(),
        "cfg", new ClassifierFreeFactory(),
        "temperature", new TemperatureFactory());
  }

  @Override
  protected Map<String, ?> configuration() {
    return config(false, Map.of());
  }

  @Override
  protected List<CheckpointLayout> checkpoints() {
    return List.of(large());
  }

  @Override
  protected String tensor() {
    return "model.encoder.layer.7.attention.output.dense.weight";
  }

  @Override
  protected Map<String, Map<String, ?>> refused() {
    return Map.of(
        "model.generator.model_type: expected ViT or UViT", changed("model_type", "DiT"),
        "model.generator.guidance_decay: expected constant", changed("guidance_decay", "sine"),
        "mask_schedule_strategy: expected arccos", changed("mask_schedule_strategy", "cosine"),
        "image_seq_len: expected 32, found 64", changed("image_seq_len", 64),
        "text_encoder: expected no such key", changed("text_encoder", "clip"));
  }

  private static Map<String, Object> changed(String key, Object value) {
    return config(false, Map.of(key, value));
  }

  /** The published configuration of TiTok-L-32 or TiTok-S-128, changed by some keys. */
  private static Map<String, Object> config(boolean small, Map<String, ?> changes) {
    Map<String, Object> generator = new HashMap<>();
    generator.put("model_type", small ? "UViT" : "ViT");
    generator.put("hidden_size", small ? 1024 : 768);
    generator.put("num_hidden_layers", small ? 20 : 24);
    generator.put("num_attention_heads", 16);
    generator.put("intermediate_size", small ? 4096 : 3072);
    generator.put("dropout", 0.1);
    generator.put("attn_drop", 0.1);
    generator.put("num_steps", small ? 64 : 8);
    generator.put("mask_schedule_strategy", "arccos");
    generator.put("class_label_dropout", 0.1);
    generator.put("image_seq_len", "${model.vq_model.num_latent_tokens}");
    generator.put("condition_num_classes", CLASSES);
    generator.put("randomize_temperature", small ? 2.8 : 9.5);
    generator.put("guidance_scale", small ? 6.9 : 4.5);
    generator.put("guidance_decay", small ? "power-cosine" : "linear");
    generator.putAll(changes);
    Map<String, Object> tokenizer =
        Map.of("codebook_size", VOCABULARY, "num_latent_tokens", small ? 128 : 32);
    return Map.of("model", Map.of("vq_model", tokenizer, "generator", generator));
  }

  private static CheckpointLayout large() {
    String embeddings = "model.embeddings.";
    CheckpointLayout layout =
        new CheckpointLayout()
            .with(embeddings + "position_ids", 1, 33)
            .with(embeddings + "word_embeddings.weight", INPUTS, 768)
            .with(embeddings + "position_embeddings.weight", 33, 768)
            .with(embeddings + "token_type_embeddings.weight", 2, 768)
            .layer(embeddings + "LayerNorm", 768)
            .layer("model.lm_head", VOCABULARY, 768);
    for (int i = 0; i < 24; i++) {
      String layer = "model.encoder.layer." + i + ".";
      layout
          .layer(layer + "attention.self.query", 768, 768)
          .layer(layer + "attention.self.key", 768, 768)
          .layer(layer + "attention.self.value", 768, 768)
          .layer(layer + "attention.output.dense", 768, 768)
          .layer(layer + "attention.output.LayerNorm", 768)
          .layer(layer + "intermediate.dense", 3072, 768)
          .layer(layer + "output.dense", 768, 3072)
          .layer(layer + "output.LayerNorm", 768);
    }
    return layout;
  }

  private static CheckpointLayout small() {
    CheckpointLayout layout =
        new CheckpointLayout()
            .with("pos_embed", 1, 129, 1024)
            .with("embeddings.weight", INPUTS, 1024)
            .layer("norm", 1024)
            .layer("lm_head", VOCABULARY, 1024);
    block(layout, "mid_block.");
    for (int i = 0; i < 10; i++) {
      block(layout, "in_blocks." + i + ".");
      block(layout, "out_blocks." + i + ".");
      layout.layer("out_blocks." + i + ".skip_linear", 1024, 2048);
    }
    return layout;
  }

  private static void block(CheckpointLayout layout, String name) {
    layout
        .layer(name + "norm1", 1024)
        .with(name + "attn.qkv.weight", 3072, 1024)
        .layer(name + "attn.proj", 1024, 1024)
        .layer(name + "norm2", 1024)
        .layer(name + "mlp.fc1", 4096, 1024)
        .layer(name + "mlp.fc2", 1024, 4096);
  }

  private Assembly fit(boolean small, Map<String, ?> changes) {
    return fit(config(small, changes), List.of(small ? small() : large()));
  }

  @Test
  @DisplayName("The published generator of TiTok-L-32 predicts ids under labels")
  void publishedImageBert() {
    Frame frame = fit(false, Map.of()).frame();
    assertThat(frame.layout()).isEqualTo(new Sequence(32));
    assertThat(frame.tokens()).isEqualTo(new TokenSpace.Discrete(VOCABULARY, 1));
    assertThat(frame.conditions().labels()).hasSize(CLASSES);
  }

  @Test
  @DisplayName("The published generator of TiTok-S-128 becomes parts, tensor by tensor")
  void publishedUVit() {
    assertThat(fit(true, Map.of()).frame().layout()).isEqualTo(new Sequence(128));
  }

  @Test
  @DisplayName("Guidance is counted from 1, and the guides take it")
  void guidance() {
    assertGuide(fit(false, Map.of()), 5.5, "linear");
    assertGuide(fit(false, Map.of("guidance_decay", "constant")), 5.5, "constant");
    assertGuide(fit(true, Map.of()), 6.9, "power-cosine");
  }

  private static void assertGuide(Assembly assembly, double scale, String schedule) {
    assertThat(assembly.kinds()).contains("guide:temperature");
    assertThat(assembly.config("guide:cfg"))
        .containsEntry("scale", scale)
        .containsEntry("schedule", schedule);
  }

  @Test
  @DisplayName("A checkpoint of the other network is refused")
  void otherNetworks() {
    assertThatThrownBy(() -> read(configuration(), small()))
        .isInstanceOf(PartException.class)
        .hasMessageContaining("model.lm_head.weight");
  }
}
