package dev.seriatim.family.flowar.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.model.PartReference;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.Part;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.verification.Family.Import;
import dev.seriatim.backbone.nextscale.internal.FlowArFactory;
import dev.seriatim.head.flow.internal.FlowHeadFactory;
import dev.seriatim.runtime.internal.config.ConfigBinder;
import dev.seriatim.testkit.ImportCheck;
import dev.seriatim.testkit.NamesAndShapes;
import dev.seriatim.tokenizer.kl.internal.KlPyramidFactory;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlowArFamilyTest {
  private static final int LATENT = 16;
  private static final int SLOTS = 341;

  /** Transformer and flow network; heads of the first are of a width, those of the second of 64. */
  private static NamesAndShapes flowar(
      long width, int depth, int headWidth, long flow, int flowDepth, boolean cross) {
    NamesAndShapes layout =
        new NamesAndShapes()
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

  private static void feedForward(NamesAndShapes layout, String block, long width) {
    long inner = width * 8 / 3;
    layout.layer(block + ".mlp.fc1_g", inner, width).layer(block + ".mlp.fc1_x", inner, width);
    layout.layer(block + ".mlp.fc2", width, inner);
  }

  private static void flowBlock(
      NamesAndShapes layout, String block, long width, long flow, boolean cross) {
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
  private static NamesAndShapes autoencoder() {
    NamesAndShapes layout = new NamesAndShapes();
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

  private static void residual(NamesAndShapes layout, String block) {
    layout.layer(block + ".norm1", 32).layer(block + ".conv1", 32, 32, 3, 3);
    layout.layer(block + ".norm2", 32).layer(block + ".conv2", 32, 32, 3, 3);
  }

  private static Import read(Map<String, ?> configuration, NamesAndShapes... files) {
    return new FlowArFamily().read(configuration, List.of(files));
  }

  private static <P extends Part, C extends Record> Blueprint<P> lay(
      PartFactory<P, C> factory, Import read, String kind, Frame frame) {
    PartReference part = read.descriptor().parts().get(kind);
    C configuration = new ConfigBinder(part.id()).bind(factory.configuration(), part.config());
    return factory.blueprint(configuration, frame);
  }

  @ParameterizedTest(name = "width {0}")
  @CsvSource({
    "768, 6, 64, 1024, 2, false",
    "1024, 8, 64, 1024, 12, true",
    "1536, 15, 96, 1536, 18, true"
  })
  @DisplayName("The published sizes need no configuration, and every tensor has its use")
  void publishedSizes(int width, int depth, int headWidth, int flow, int flowDepth, boolean cross) {
    NamesAndShapes vae = autoencoder();
    NamesAndShapes network = flowar(width, depth, headWidth, flow, flowDepth, cross);
    Import read = read(Map.of(), network, vae);
    ImportCheck check = new ImportCheck(read, List.of(network, vae));
    Frame frame = Frame.of(read.descriptor().conditions());
    Blueprint<?> tokenizer = lay(new KlPyramidFactory(), read, "tokenizer", frame);
    check.fits(tokenizer, "tokenizer.");
    assertThat(tokenizer.frame().layout().slots()).isEqualTo(SLOTS);
    assertThat(tokenizer.frame().tokens()).isEqualTo(new TokenSpace.Continuous(LATENT));
    Blueprint<?> backbone = lay(new FlowArFactory(), read, "backbone", tokenizer.frame());
    check.fits(backbone, "backbone.");
    check.fits(lay(new FlowHeadFactory(), read, "head", backbone.frame()), "head.");
    check.usesEveryTensor();
    Map<String, PartReference> parts = read.descriptor().parts();
    assertThat(parts.get("backbone").config())
        .containsEntry("encoder-heads", width / headWidth)
        .containsEntry("decoder-layers", depth);
    assertThat(parts.get("head").config())
        .containsEntry("attention", cross ? "cross" : "self")
        .containsEntry("heads", flow / 64);
  }

  private static NamesAndShapes small() {
    return flowar(96, 1, 48, 64, 1, false);
  }

  @Test
  @DisplayName("A training checkpoint's averages are taken")
  void trainingCheckpoint() {
    NamesAndShapes file = new NamesAndShapes();
    for (String wrapper : new String[] {"model.", "model_ema."}) {
      small().tensors().forEach((name, info) -> file.with(wrapper + name, info.shape().getShape()));
    }
    NamesAndShapes vae = autoencoder();
    Import read = read(Map.of(), vae, file);
    assertThat(read.weights().get("backbone.condition").names())
        .containsExactly("model_ema.class_emb.weight");
    new ImportCheck(read, List.of(vae, file)).usesEveryTensor();
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
  @DisplayName("6 Says no clearly: what is missing, unknown, or not as the tensors have it")
  void refusals() {
    assertRefused("flowar.encoder_num_heads", Map.of("encoder_num_heads", 3));
    assertRefused("flowar.decoder_embed_dim", Map.of("decoder_embed_dim", 64));
    assertRefused("flowar.scale", Map.of("scale", List.of(1, 2)));
    assertRefused("flowar.img_size", Map.of("img_size", 256));
    assertRefused("flowar.patch_size", Map.of("patch_size", 2));
    assertRefused("flowar.buffer_size", Map.of("buffer_size", 64));
    assertRefused("flowar.mlp_ratio", Map.of("mlp_ratio", 2));
    assertRefused("flowar.class_num", Map.of("class_num", 2000));
    assertRefused("flowar.cross", Map.of("cross", true));
    assertRefused("flowar.rope", Map.of("rope", 1));
    assertThatThrownBy(() -> read(Map.of("vae", Map.of("embed_dim", 4)), small(), autoencoder()))
        .isInstanceOf(PartException.class)
        .hasMessageContaining("vae.embed_dim");
    assertThatThrownBy(() -> read(Map.of(), small()))
        .isInstanceOf(PartException.class)
        .hasMessageContaining("encoder.conv_in.weight");
  }

  private static void assertRefused(String key, Map<String, ?> section) {
    assertThatThrownBy(() -> read(Map.of("flowar", section), small(), autoencoder()))
        .isInstanceOf(PartException.class)
        .hasMessageContaining(key)
        .hasMessageContaining("found");
  }
}
