package dev.seriatim.family.flowar.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.model.PartReference;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.verification.Family;
import dev.seriatim.api.verification.Family.Import;
import dev.seriatim.backbone.nextscale.internal.FlowArFactory;
import dev.seriatim.guides.internal.ClassifierFreeFactory;
import dev.seriatim.head.flow.internal.FlowHeadFactory;
import dev.seriatim.schedulers.internal.NextScaleFactory;
import dev.seriatim.testkit.CheckpointLayout;
import dev.seriatim.testkit.FamilyContract;
import dev.seriatim.tokenizer.kl.internal.KlPyramidFactory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlowArFamilyTest extends FamilyContract {
  private static final int LATENT = 16;
  private static final int SLOTS = 341;

  @Override
  protected Family family() {
    return new FlowArFamily();
  }

  @Override
  protected Map<String, PartFactory<?, ?>> factories() {
    return Map.of(
        "kl.pyramid", new KlPyramidFactory(),
        "flowar", new FlowArFactory(),
        "flow", new FlowHeadFactory(),
        "next-scale", new NextScaleFactory(),
        "cfg", new ClassifierFreeFactory());
  }

  @Override
  protected Map<String, ?> configuration() {
    return Map.of();
  }

  /** Without what the autoencoder's training adds, which may be anything. */
  @Override
  protected List<CheckpointLayout> checkpoints() {
    return List.of(small(), autoencoder());
  }

  @Override
  protected boolean isStrict(int checkpoint) {
    return checkpoint == 0;
  }

  @Override
  protected String tensor() {
    return "flownet.res_blocks.0.mlp.fc2.weight";
  }

  @Override
  protected Map<String, Map<String, ?>> refused() {
    Map<String, Map<String, ?>> refused = new LinkedHashMap<>();
    refused.put("flowar.encoder_num_heads", of("encoder_num_heads", 3));
    refused.put("flowar.decoder_embed_dim", of("decoder_embed_dim", 64));
    refused.put("flowar.scale", of("scale", List.of(1, 2)));
    refused.put("flowar.img_size", of("img_size", 256));
    refused.put("flowar.patch_size", of("patch_size", 2));
    refused.put("flowar.buffer_size", of("buffer_size", 64));
    refused.put("flowar.mlp_ratio", of("mlp_ratio", 2));
    refused.put("flowar.class_num", of("class_num", 2000));
    refused.put("flowar.cross", of("cross", true));
    refused.put("flowar.rope", of("rope", 1));
    refused.put("vae.embed_dim", Map.of("vae", Map.of("embed_dim", 4)));
    return refused;
  }

  private static Map<String, ?> of(String key, Object value) {
    return Map.of("flowar", Map.of(key, value));
  }

  /** Transformer and flow network; heads of the first are of a width, those of the second of 64. */
  private static CheckpointLayout flowar(
      long width, int depth, int headWidth, long flow, int flowDepth, boolean cross) {
    CheckpointLayout layout =
        new CheckpointLayout()
            .with("encoder_pos_embed_learned", 1, SLOTS, width)
            .with("decoder_pos_embed_learned", 1, SLOTS, width)
            .with("diffusion_pos_embed_learned", 1, SLOTS, width)
            .with("mask", 1, 1, SLOTS, SLOTS)
            .with("class_emb.weight", 1001, width)
            .layer("z_proj", width, LATENT)
            .with("z_proj_ln.weight", width)
            .with("encoder_norm.weight", width)
            .layer("decoder_embed", width, width)
            .with("decoder_norm.weight", width);
    for (int i = 0; i < depth; i++) {
      for (String side : new String[] {"encoder", "decoder"}) {
        String block = side + "_blocks." + i;
        layout.layer(block + ".attn.qkv", 3 * width, width);
        layout.layer(block + ".attn.proj", width, width);
        layout.with(block + ".attn.rope.freqs", headWidth / 4);
        feedForward(layout, block, width);
        layout.layer(block + ".ada_lin.1", 6 * width, width);
      }
    }
    layout
        .layer("flownet.time_embed.mlp.0", flow, 256)
        .layer("flownet.time_embed.mlp.2", flow, flow);
    layout.layer("flownet.cond_embed", flow, width).layer("flownet.input_proj", flow, LATENT);
    for (int i = 0; i < flowDepth; i++) {
      flowBlock(layout, "flownet.res_blocks." + i, width, flow, cross);
    }
    layout.layer("flownet.final_layer.linear", LATENT, flow);
    return layout.layer("flownet.final_layer.adaLN_modulation.1", 2 * flow, flow);
  }

  private static void feedForward(CheckpointLayout layout, String block, long width) {
    long inner = width * 8 / 3;
    layout.layer(block + ".mlp.fc1_g", inner, width).layer(block + ".mlp.fc1_x", inner, width);
    layout.layer(block + ".mlp.fc2", width, inner);
  }

  private static void flowBlock(
      CheckpointLayout layout, String block, long width, long flow, boolean cross) {
    layout.with(block + ".attn.qkv.weight", 3 * flow, flow).layer(block + ".attn.proj", flow, flow);
    layout.with(block + ".attn.rope.freqs", 16);
    feedForward(layout, block, flow);
    if (cross) {
      layout
          .with(block + ".crossattn.q.weight", flow, flow)
          .with(block + ".crossattn.kv.weight", 2 * flow, width)
          .layer(block + ".crossattn.proj", flow, flow)
          .with(block + ".crossattn.rope.freqs", 16)
          .with(block + ".norm2_1.weight", flow)
          .with(block + ".norm2_2.weight", width)
          .layer(block + ".ada_lin_attn", 3 * flow, flow)
          .layer(block + ".ada_lin_mlp", 3 * flow, flow);
    } else {
      layout.layer(block + ".ada_lin", 6 * flow, flow);
    }
  }

  /** The autoencoder with one level in the place of five. */
  private static CheckpointLayout autoencoder() {
    CheckpointLayout layout = new CheckpointLayout();
    for (String side : new String[] {"encoder", "decoder"}) {
      boolean encodes = side.equals("encoder");
      layout.layer(side + ".conv_in", 32, encodes ? 3 : LATENT, 3, 3);
      layout.layer(side + ".conv_out", encodes ? 2 * LATENT : 3, 32, 3, 3);
      layout.layer(side + ".norm_out", 32);
      residual(layout, side + (encodes ? ".down.0.block.0" : ".up.0.block.0"));
      if (!encodes) {
        residual(layout, side + ".up.0.block.1");
      }
      residual(layout, side + ".mid.block_1");
      residual(layout, side + ".mid.block_2");
      layout.layer(side + ".mid.attn_1.norm", 32);
      for (String part : new String[] {"q", "k", "v", "proj_out"}) {
        layout.layer(side + ".mid.attn_1." + part, 32, 32, 1, 1);
      }
    }
    layout.layer("quant_conv", 2 * LATENT, 2 * LATENT, 1, 1);
    return layout.layer("post_quant_conv", LATENT, LATENT, 1, 1).with("loss.logvar", 1);
  }

  private static void residual(CheckpointLayout layout, String block) {
    layout.layer(block + ".norm1", 32).layer(block + ".conv1", 32, 32, 3, 3);
    layout.layer(block + ".norm2", 32).layer(block + ".conv2", 32, 32, 3, 3);
  }

  @ParameterizedTest(name = "width {0}")
  @CsvSource({
    "768, 6, 64, 1024, 2, false",
    "1024, 8, 64, 1024, 12, true",
    "1536, 15, 96, 1536, 18, true"
  })
  @DisplayName("The published sizes need no configuration, and every tensor has its use")
  void publishedSizes(int width, int depth, int headWidth, int flow, int flowDepth, boolean cross) {
    CheckpointLayout network = flowar(width, depth, headWidth, flow, flowDepth, cross);
    Frame frame = fit(Map.of(), List.of(network, autoencoder())).frame();
    assertThat(frame.layout().slots()).isEqualTo(SLOTS);
    assertThat(frame.tokens()).isEqualTo(new TokenSpace.Continuous(LATENT));
    assertThat(frame.width()).isEqualTo(width);
    Import read = read(Map.of(), network, autoencoder());
    Map<String, PartReference> parts = read.descriptor().parts();
    assertThat(parts.get("backbone").config())
        .containsEntry("encoder-heads", width / headWidth)
        .containsEntry("decoder-layers", depth);
    assertThat(parts.get("head").config())
        .containsEntry("attention", cross ? "cross" : "self")
        .containsEntry("heads", flow / 64);
  }

  private static CheckpointLayout small() {
    return flowar(96, 1, 48, 64, 1, false);
  }

  @Test
  @DisplayName("A training checkpoint's averages are taken")
  void trainingCheckpoint() {
    CheckpointLayout file =
        new CheckpointLayout().withAll("model.", small()).withAll("model_ema.", small());
    fit(Map.of(), List.of(autoencoder(), file));
    assertThat(read(Map.of(), autoencoder(), file).weights().get("backbone.condition").names())
        .containsExactly("model_ema.class_emb.weight");
  }

  @Test
  @DisplayName("Settings reach the parts that they are of")
  void settings() {
    Import read =
        read(
            Map.of(
                "generation",
                Map.of("num_steps", 9, "cfg", 2.4, "guidance", 0.7),
                "scale_factor",
                0.5,
                "sample_resize_hw",
                8),
            small(),
            autoencoder());
    assertThat(read.descriptor().parts().get("head").config())
        .containsEntry("steps", 9)
        .containsEntry("guidance-high", 0.7);
    assertThat(read.descriptor().parts().get("tokenizer").config())
        .containsEntry("scale-factor", 0.5)
        .containsEntry("feature-size", 8);
    assertThat(read.descriptor().guides().get(0).config()).containsEntry("scale", 2.4);
  }

  @Test
  @DisplayName("6 Says no clearly: an autoencoder that is missing")
  void refusesWithoutAutoencoder() {
    assertThatThrownBy(() -> read(Map.of(), small()))
        .isInstanceOf(PartException.class)
        .hasMessageContaining("encoder.conv_in.weight");
  }
}
