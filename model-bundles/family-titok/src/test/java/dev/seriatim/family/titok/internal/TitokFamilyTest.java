package dev.seriatim.family.titok.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.verification.Family;
import dev.seriatim.testkit.CheckpointLayout;
import dev.seriatim.testkit.FamilyContract;
import dev.seriatim.tokenizer.titok.internal.TitokFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TitokFamilyTest extends FamilyContract {
  @Override
  protected Family family() {
    return new TitokFamily();
  }

  @Override
  protected Map<String, PartFactory<?, ?>> factories() {
    return Map.of("titok", new TitokFactory());
  }

  @Override
  protected Map<String, ?> configuration() {
    return config(large32());
  }

  @Override
  protected List<CheckpointLayout> checkpoints() {
    return List.of(layoutOfLarge32());
  }

  @Override
  protected String tensor() {
    return "encoder.transformer.7.attn.out_proj.weight";
  }

  @Override
  protected Map<String, Map<String, ?>> refused() {
    Map<String, Object> otherMode = vae64();
    otherMode.put("quantize_mode", "fsq");
    return Map.of(
        "finetune_decoder", changed("finetune_decoder", false),
        "vit_enc_model_size", changed("vit_enc_model_size", "huge"),
        "quantize_mode", config(otherMode),
        "text_context_length", changed("text_context_length", 77));
  }

  private static Map<String, Object> changed(String key, Object value) {
    Map<String, Object> model = large32();
    model.put(key, value);
    return config(model);
  }

  private static Map<String, Object> config(Map<String, Object> model) {
    return Map.of(
        "model", Map.of("vq_model", model),
        "dataset", Map.of("preprocessing", Map.of("crop_size", 256)));
  }

  private static Map<String, Object> large32() {
    Map<String, Object> model = new HashMap<>();
    model.put("codebook_size", 4096);
    model.put("token_size", 12);
    model.put("use_l2_norm", true);
    model.put("commitment_cost", 0.25);
    model.put("vit_enc_model_size", "large");
    model.put("vit_dec_model_size", "large");
    model.put("vit_enc_patch_size", 16);
    model.put("vit_dec_patch_size", 16);
    model.put("num_latent_tokens", 32);
    model.put("finetune_decoder", true);
    model.put("pretrained_tokenizer_weight", "maskgit-vqgan-imagenet-f16-256.bin");
    return model;
  }

  private static Map<String, Object> vae64() {
    Map<String, Object> model = new HashMap<>();
    model.put("quantize_mode", "vae");
    model.put("token_size", 16);
    model.put("vit_enc_model_size", "base");
    model.put("vit_dec_model_size", "large");
    model.put("vit_enc_patch_size", 16);
    model.put("vit_dec_patch_size", 16);
    model.put("num_latent_tokens", 64);
    model.put("finetune_decoder", false);
    model.put("is_legacy", false);
    return model;
  }

  private static void transformer(
      CheckpointLayout layout, String half, int width, int layers, int tokens) {
    layout.with(half + "class_embedding", 1, width);
    layout.with(half + "positional_embedding", 257, width);
    layout.with(half + "latent_token_positional_embedding", tokens, width);
    layout.layer(half + "ln_pre", width).layer(half + "ln_post", width);
    for (int i = 0; i < layers; i++) {
      String layer = half + "transformer." + i + ".";
      layout.layer(layer + "ln_1", width).layer(layer + "ln_2", width);
      layout.with(layer + "attn.in_proj_weight", 3L * width, width);
      layout.with(layer + "attn.in_proj_bias", 3L * width);
      layout.layer(layer + "attn.out_proj", width, width);
      layout.layer(layer + "mlp.c_fc", 4L * width, width);
      layout.layer(layer + "mlp.c_proj", width, 4L * width);
    }
  }

  private static CheckpointLayout halves(
      int encoder, int encoderLayers, int decoder, int decoderLayers, int tokens, int code) {
    CheckpointLayout layout = new CheckpointLayout().with("latent_tokens", tokens, encoder);
    transformer(layout, "encoder.", encoder, encoderLayers, tokens);
    layout.convolution("encoder.patch_embed", encoder, 3, 16);
    transformer(layout, "decoder.", decoder, decoderLayers, tokens);
    layout.with("decoder.mask_token", 1, 1, decoder);
    return layout.layer("decoder.decoder_embed", decoder, code);
  }

  private static CheckpointLayout layoutOfLarge32() {
    CheckpointLayout layout = halves(1024, 24, 1024, 24, 32, 12);
    layout.convolution("encoder.conv_out", 12, 1024, 1);
    layout.convolution("decoder.ffn.0", 2048, 1024, 1);
    layout.convolution("decoder.ffn.2", 1024, 2048, 1);
    layout.with("quantize.embedding.weight", 4096, 12);
    layout.with("pixel_quantize.embedding.weight", 1024, 256);
    List<Integer> channels = List.of(128, 128, 256, 256, 512);
    MaskgitVqganFamilyTest.decoder(layout, "pixel_decoder.", channels, 2, 256);
    return layout;
  }

  private static CheckpointLayout layoutOfVae64() {
    CheckpointLayout layout = halves(768, 12, 1024, 24, 64, 16);
    layout.convolution("encoder.conv_out", 32, 768, 1);
    layout.convolution("decoder.ffn.0", 768, 1024, 1);
    return layout.convolution("decoder.conv_out", 3, 3, 3);
  }

  private Frame fit(Map<String, Object> model, CheckpointLayout layout) {
    return fit(config(model), List.of(layout)).frame();
  }

  @Test
  void readsIdsThatAnotherTokenizerPaints() {
    Frame frame = fit(large32(), layoutOfLarge32());
    assertThat(frame.layout()).isEqualTo(new Sequence(32));
    assertThat(frame.tokens()).isEqualTo(new TokenSpace.Discrete(4096, 1));
  }

  @Test
  void readsVectors() {
    Frame frame = fit(vae64(), layoutOfVae64());
    assertThat(frame.layout()).isEqualTo(new Sequence(64));
    assertThat(frame.tokens()).isEqualTo(new TokenSpace.Continuous(16));
  }

  @Test
  void readsIdsWhoseDecoderPaints() {
    Map<String, Object> model = vae64();
    model.put("quantize_mode", "vq");
    model.put("codebook_size", 8192);
    model.put("use_l2_norm", false);
    model.put("clustering_vq", true);
    CheckpointLayout layout = layoutOfVae64();
    layout.convolution("encoder.conv_out", 16, 768, 1);
    layout.with("quantize.embedding.weight", 8192, 16).with("quantize.embed_prob", 8192);
    assertThat(fit(model, layout).tokens()).isEqualTo(new TokenSpace.Discrete(8192, 1));
  }

  @Test
  void takesSizesThatTheConfigurationNames() {
    Map<String, Object> model = vae64();
    model.put("vit_enc_model_size", "tiny");
    model.put("vit_dec_model_size", "tiny");
    Map<String, Object> config = new HashMap<>(config(model));
    Map<String, Object> tiny = Map.of("width", 48, "num_layers", 2, "num_heads", 4);
    config.put("vit_sizes", Map.of("tiny", tiny));
    CheckpointLayout layout = halves(48, 2, 48, 2, 64, 16);
    layout.convolution("encoder.conv_out", 32, 48, 1);
    layout.convolution("decoder.ffn.0", 768, 48, 1).convolution("decoder.conv_out", 3, 3, 3);
    assertThat(fit(config, List.of(layout)).frame().layout()).isEqualTo(new Sequence(64));
  }

  @Test
  void refusesTensorsOfTextAwareModels() {
    CheckpointLayout textAware = layoutOfVae64().layer("decoder.text_guidance_proj", 1024, 768);
    assertThatThrownBy(() -> read(config(vae64()), textAware))
        .isInstanceOf(PartException.class)
        .hasMessageStartingWith("titok: model.vq_model.decoder: expected ");
  }
}
