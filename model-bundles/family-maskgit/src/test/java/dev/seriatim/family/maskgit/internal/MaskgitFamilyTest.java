package dev.seriatim.family.maskgit.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.model.PartReference;
import dev.seriatim.api.part.Family.Import;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartException;
import dev.seriatim.backbone.maskgit.internal.BertFactory;
import dev.seriatim.backbone.maskgit.internal.UVitFactory;
import dev.seriatim.guides.internal.ClassifierFreeFactory;
import dev.seriatim.guides.internal.TemperatureFactory;
import dev.seriatim.head.categorical.internal.CategoricalHeadFactory;
import dev.seriatim.runtime.internal.config.ConfigBinder;
import dev.seriatim.schedulers.internal.MaskedConfidenceFactory;
import dev.seriatim.tokenizer.ids.internal.IdsFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class MaskgitFamilyTest {
  private static final int VOCABULARY = 4096;
  private static final int CLASSES = 1000;
  private static final int INPUTS = VOCABULARY + CLASSES + 2;

  private final MaskgitFamily family = new MaskgitFamily();

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

  private static Layout large() {
    String embeddings = "model.embeddings.";
    Layout layout =
        new Layout()
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

  private static Layout small() {
    Layout layout =
        new Layout()
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

  private static void block(Layout layout, String name) {
    layout
        .layer(name + "norm1", 1024)
        .with(name + "attn.qkv.weight", 3072, 1024)
        .layer(name + "attn.proj", 1024, 1024)
        .layer(name + "norm2", 1024)
        .layer(name + "mlp.fc1", 4096, 1024)
        .layer(name + "mlp.fc2", 1024, 4096);
  }

  private Import read(boolean small, Map<String, ?> changes) {
    return family.read(config(small, changes), List.of(small ? small() : large()));
  }

  @Test
  @DisplayName("The published generator of TiTok-L-32 becomes parts, tensor by tensor")
  void publishedImageBert() {
    Frame frame =
        new Reading(read(false, Map.of()), large())
            .then("tokenizer", new IdsFactory())
            .then("backbone", new BertFactory())
            .then("head", new CategoricalHeadFactory())
            .then("scheduler", new MaskedConfidenceFactory())
            .complete();
    assertThat(frame.layout()).isEqualTo(new Sequence(32));
    assertThat(frame.tokens()).isEqualTo(new TokenSpace.Discrete(VOCABULARY, 1));
    assertThat(frame.conditions().labels()).hasSize(CLASSES);
  }

  @Test
  @DisplayName("The published generator of TiTok-S-128 becomes parts, tensor by tensor")
  void publishedUVit() {
    Frame frame =
        new Reading(read(true, Map.of()), small())
            .then("tokenizer", new IdsFactory())
            .then("backbone", new UVitFactory())
            .then("head", new CategoricalHeadFactory())
            .then("scheduler", new MaskedConfidenceFactory())
            .complete();
    assertThat(frame.layout()).isEqualTo(new Sequence(128));
  }

  @Test
  @DisplayName("Guidance is counted from 1, and the guides take it")
  void guidance() {
    assertGuide(read(false, Map.of()), 5.5, "linear");
    assertGuide(read(false, Map.of("guidance_decay", "constant")), 5.5, "constant");
    assertGuide(read(true, Map.of()), 6.9, "power-cosine");
  }

  private static void assertGuide(Import read, double scale, String schedule) {
    PartReference guide = read.descriptor().guides().get(0);
    PartReference temperature = read.descriptor().guides().get(1);
    Frame frame = Frame.of(read.descriptor().conditions());
    ClassifierFreeFactory factory = new ClassifierFreeFactory();
    factory.blueprint(new ConfigBinder("cfg").bind(factory.configuration(), guide.config()), frame);
    TemperatureFactory annealed = new TemperatureFactory();
    annealed.blueprint(
        new ConfigBinder("temperature").bind(annealed.configuration(), temperature.config()),
        frame);
    assertThat(guide.config()).containsEntry("scale", scale).containsEntry("schedule", schedule);
  }

  @Test
  @DisplayName("6 Says no clearly: settings that are not served, and checkpoints of others")
  void refuses() {
    refused(Map.of("model_type", "DiT"), "model.generator.model_type: expected ViT or UViT");
    refused(Map.of("guidance_decay", "sine"), "model.generator.guidance_decay: expected constant");
    refused(Map.of("mask_schedule_strategy", "cosine"), "mask_schedule_strategy: expected arccos");
    refused(Map.of("image_seq_len", 64), "image_seq_len: expected 32, found 64");
    refused(Map.of("text_encoder", "clip"), "text_encoder: expected no such key");
    assertThatThrownBy(() -> family.read(config(false, Map.of()), List.of(small())))
        .isInstanceOf(PartException.class)
        .hasMessageContaining("model.lm_head.weight");
  }

  private void refused(Map<String, ?> changes, String message) {
    assertThatThrownBy(() -> read(false, changes))
        .isInstanceOf(PartException.class)
        .hasMessageContaining(message);
  }
}
