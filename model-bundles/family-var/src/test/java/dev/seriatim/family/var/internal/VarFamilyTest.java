package dev.seriatim.family.var.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seriatim.api.canvas.Pyramid;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.model.PartReference;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.verification.Family;
import dev.seriatim.api.verification.Family.Import;
import dev.seriatim.backbone.nextscale.internal.VarFactory;
import dev.seriatim.guides.internal.ClassifierFreeFactory;
import dev.seriatim.guides.internal.TopKFactory;
import dev.seriatim.guides.internal.TopPFactory;
import dev.seriatim.head.categorical.internal.CategoricalHeadFactory;
import dev.seriatim.schedulers.internal.NextScaleFactory;
import dev.seriatim.testkit.CheckpointLayout;
import dev.seriatim.testkit.FamilyContract;
import dev.seriatim.tokenizer.multiscale.internal.VqMultiScaleFactory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VarFamilyTest extends FamilyContract {
  private static final int CODE = 32;
  private static final int VOCABULARY = 4096;

  @Override
  protected Family family() {
    return new VarFamily();
  }

  @Override
  protected Map<String, PartFactory<?, ?>> factories() {
    return Map.of(
        "vq.multi-scale", new VqMultiScaleFactory(),
        "var", new VarFactory(),
        "categorical", new CategoricalHeadFactory(),
        "next-scale", new NextScaleFactory(),
        "cfg", new ClassifierFreeFactory(),
        "top-k", new TopKFactory(),
        "top-p", new TopPFactory());
  }

  @Override
  protected Map<String, ?> configuration() {
    return Map.of();
  }

  @Override
  protected List<CheckpointLayout> checkpoints() {
    return List.of(tokenizer(), transformer(2, 680, true));
  }

  @Override
  protected String tensor() {
    return "blocks.1.attn.proj.weight";
  }

  @Override
  protected Map<String, Map<String, ?>> refused() {
    Map<String, Map<String, ?>> refused = new LinkedHashMap<>();
    refused.put("var.embed_dim", Map.of("var", Map.of("embed_dim", 64)));
    refused.put("var.attn_l2_norm", Map.of("var", Map.of("attn_l2_norm", false)));
    refused.put("var.patch_nums", Map.of("var", Map.of("patch_nums", List.of(1, 2))));
    refused.put("var.mlp_ratio", Map.of("var", Map.of("mlp_ratio", 2)));
    refused.put("var.rope", Map.of("var", Map.of("rope", true)));
    refused.put("vae.vocab_size", Map.of("vae", Map.of("vocab_size", 16)));
    refused.put("vae.v_patch_nums", Map.of("vae", Map.of("v_patch_nums", List.of(1, 2))));
    refused.put("vae.sigma", Map.of("vae", Map.of("sigma", 1)));
    refused.put("generation.more_smooth", Map.of("generation", Map.of("more_smooth", true)));
    return refused;
  }

  /** The transformer of a depth, 64 times as wide; {@code shared} is the layout of d36-s. */
  private static CheckpointLayout transformer(int depth, int slots, boolean shared) {
    long width = 64L * depth;
    CheckpointLayout layout =
        new CheckpointLayout()
            .with("pos_start", 1, 1, width)
            .with("pos_1LC", 1, slots, width)
            .with("lvl_1L", 1, slots)
            .with("attn_bias_for_masking", 1, 1, slots, slots)
            .layer("word_embed", width, CODE)
            .with("class_emb.weight", 1001, width)
            .with("lvl_embed.weight", 10, width);
    for (int i = 0; i < depth; i++) {
      String block = "blocks." + i;
      layout
          .with(block + ".attn.scale_mul_1H11", 1, depth, 1, 1)
          .with(block + ".attn.q_bias", width)
          .with(block + ".attn.v_bias", width)
          .with(block + ".attn.zero_k_bias", width)
          .with(block + ".attn.mat_qkv.weight", 3 * width, width)
          .layer(block + ".attn.proj", width, width)
          .layer(block + ".ffn.fc1", 4 * width, width)
          .layer(block + ".ffn.fc2", width, 4 * width);
      if (shared) {
        layout.with(block + ".ada_gss", 1, 1, 6, width);
      } else {
        layout.layer(block + ".ada_lin.1", 6 * width, width);
      }
    }
    if (shared) {
      layout.layer("shared_ada_lin.1", 6 * width, width);
    }
    return layout.layer("head_nm.ada_lin.1", 2 * width, width).layer("head", VOCABULARY, width);
  }

  /** The tokenizer with two levels in the place of five: as many names as tell how they go on. */
  private static CheckpointLayout tokenizer() {
    CheckpointLayout layout = new CheckpointLayout();
    for (String side : new String[] {"encoder", "decoder"}) {
      boolean encodes = side.equals("encoder");
      layout.layer(side + ".conv_in", 32, encodes ? 3 : CODE, 3, 3);
      layout.layer(side + ".conv_out", encodes ? CODE : 3, 32, 3, 3);
      layout.layer(side + ".norm_out", 32);
      for (int level = 0; level < 2; level++) {
        String name = side + (encodes ? ".down." : ".up.") + level;
        for (int block = 0; block < (encodes ? 1 : 2); block++) {
          residual(layout, name + ".block." + block);
          if (level == 1) {
            attention(layout, name + ".attn." + block);
          }
        }
      }
      residual(layout, side + ".mid.block_1");
      residual(layout, side + ".mid.block_2");
      attention(layout, side + ".mid.attn_1");
    }
    layout.layer("encoder.down.0.downsample.conv", 32, 32, 3, 3);
    layout.layer("decoder.up.1.upsample.conv", 32, 32, 3, 3);
    layout.layer("quant_conv", CODE, CODE, 3, 3).layer("post_quant_conv", CODE, CODE, 3, 3);
    layout.with("quantize.embedding.weight", VOCABULARY, CODE);
    layout.with("quantize.ema_vocab_hit_SV", 10, VOCABULARY);
    for (int i = 0; i < 4; i++) {
      layout.layer("quantize.quant_resi.qresi_ls." + i, CODE, CODE, 3, 3);
    }
    return layout;
  }

  private static void residual(CheckpointLayout layout, String block) {
    layout.layer(block + ".norm1", 32).layer(block + ".conv1", 32, 32, 3, 3);
    layout.layer(block + ".norm2", 32).layer(block + ".conv2", 32, 32, 3, 3);
  }

  private static void attention(CheckpointLayout layout, String attention) {
    layout.layer(attention + ".norm", 32).layer(attention + ".qkv", 96, 32, 1, 1);
    layout.layer(attention + ".proj_out", 32, 32, 1, 1);
  }

  @ParameterizedTest(name = "depth {0}, {1} tokens, shared modulation {2}")
  @CsvSource({
    "16, 680, false, 16",
    "20, 680, false, 16",
    "24, 680, false, 16",
    "30, 680, false, 16",
    "36, 2240, true, 32"
  })
  @DisplayName("The published sizes need no configuration, and every tensor has its use")
  void publishedSizes(int depth, int slots, boolean shared, int side) {
    CheckpointLayout vae = tokenizer();
    CheckpointLayout var = transformer(depth, slots, shared);
    Frame frame = fit(Map.of(), List.of(vae, var)).frame();
    Pyramid pyramid = (Pyramid) frame.layout();
    assertThat(pyramid.slots()).isEqualTo(slots);
    assertThat(pyramid.scales().get(9).rows()).isEqualTo(side);
    assertThat(frame.tokens()).isEqualTo(new TokenSpace.Discrete(VOCABULARY, 1));
    assertThat(frame.width()).isEqualTo(64 * depth);
    assertThat(frame.conditions().labels()).hasSize(1000);
    Import read = read(Map.of(), vae, var);
    assertThat(read.descriptor().parts().get("backbone").config()).containsEntry("heads", depth);
  }

  @Test
  @DisplayName("A training checkpoint holds both networks")
  void trainingCheckpoint() {
    CheckpointLayout file =
        new CheckpointLayout()
            .withAll("trainer.var_wo_ddp.", transformer(2, 680, false))
            .withAll("trainer.vae_local.", tokenizer());
    assertThat(fit(Map.of(), List.of(file)).kinds()).contains("tokenizer", "backbone", "head");
  }

  @Test
  @DisplayName("Guidance, top-k and top-p are as the configuration says")
  void generation() {
    Map<String, ?> settings =
        Map.of("generation", Map.of("cfg", 4.0, "top_k", 0, "top_p", 0.9, "more_smooth", false));
    List<PartReference> guides =
        read(settings, tokenizer(), transformer(2, 680, false)).descriptor().guides();
    assertThat(guides).extracting(PartReference::id).containsExactly("cfg", "top-p");
    assertThat(guides.get(0).config())
        .containsEntry("scale", 5.0)
        .containsEntry("schedule", "linear-by-step");
  }

  @Test
  @DisplayName("Of several sections, the one that speaks of the network is taken")
  void sections() {
    Map<String, ?> two =
        Map.of(
            "var", Map.of("embed_dim", 40),
            "var_other", Map.of("embed_dim", 128, "norm_eps", 1e-5));
    assertThat(
            read(two, tokenizer(), transformer(2, 680, false))
                .descriptor()
                .parts()
                .get("backbone")
                .config())
        .containsEntry("norm-eps", 1e-5);
  }

  @Test
  @DisplayName("6 Says no clearly: networks that are missing, and scales that are not known")
  void refusesWhatIsMissing() {
    assertThatThrownBy(() -> read(Map.of(), tokenizer()))
        .isInstanceOf(PartException.class)
        .hasMessageContaining("pos_1LC");
    assertThatThrownBy(() -> read(Map.of(), tokenizer(), transformer(2, 21, false)))
        .isInstanceOf(PartException.class)
        .hasMessageContaining("patch_nums");
  }
}
