package dev.seriatim.family.mar.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.part.Assembly;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.verification.Family;
import dev.seriatim.backbone.mar.internal.MarFactory;
import dev.seriatim.guides.internal.ClassifierFreeFactory;
import dev.seriatim.guides.internal.TemperatureFactory;
import dev.seriatim.head.diffusion.internal.DiffusionHeadFactory;
import dev.seriatim.schedulers.internal.MaskedRandomFactory;
import dev.seriatim.testkit.CheckpointLayout;
import dev.seriatim.testkit.FamilyContract;
import dev.seriatim.tokenizer.kl.internal.KlGridFactory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MarFamilyTest extends FamilyContract {
  private static final Map<String, Object> HEADS =
      Map.of("encoder_num_heads", 2, "decoder_num_heads", 2);

  @Override
  protected Family family() {
    return new MarFamily();
  }

  @Override
  protected Map<String, PartFactory<?, ?>> factories() {
    return Map.of(
        "kl.grid", new KlGridFactory(),
        "mar", new MarFactory(),
        "diffusion", new DiffusionHeadFactory(),
        "masked.random", new MaskedRandomFactory(),
        "cfg", new ClassifierFreeFactory(),
        "temperature", new TemperatureFactory());
  }

  @Override
  protected Map<String, ?> configuration() {
    return HEADS;
  }

  @Override
  protected List<CheckpointLayout> checkpoints() {
    return List.of(OfficialLayout.mar("", 96, 2, 64, 1), OfficialLayout.kl16());
  }

  /** The network's is; the autoencoder's is not. */
  @Override
  protected boolean isStrict(int checkpoint) {
    return checkpoint == 0;
  }

  @Override
  protected String tensor() {
    return "decoder_blocks.1.mlp.fc2.weight";
  }

  @Override
  protected Map<String, Map<String, ?>> refused() {
    return Map.of(
        "encoder_num_heads", Map.of(),
        "img_size", with("img_size", 512),
        "diffloss_d", with("diffloss_d", 3),
        "cfg_schedule", with("cfg_schedule", "cosine"),
        "mar.rope", Map.of("mar", with("rope", true)),
        "use_variational", with("vae", Map.of("use_variational", false)));
  }

  private static Map<String, Object> with(String key, Object value) {
    Map<String, Object> more = new LinkedHashMap<>(HEADS);
    more.put(key, value);
    return more;
  }

  @ParameterizedTest(name = "MAR of width {0}")
  @CsvSource({"768, 12, 12, 1024, 6", "1024, 16, 16, 1280, 8", "1280, 20, 16, 1536, 12"})
  @DisplayName("The published sizes need no configuration, and every tensor has its use")
  void publishedSizes(int width, int depth, int heads, int mlp, int mlpDepth) {
    CheckpointLayout mar =
        OfficialLayout.mar("model.", width, depth, mlp, mlpDepth)
            .withAll("", OfficialLayout.mar("model_ema.", width, depth, mlp, mlpDepth))
            .with("optimizer.state.0.exp_avg", 5);
    CheckpointLayout vae = OfficialLayout.kl16().with("loss.logvar", 1);
    Assembly assembly = fit(Map.of(), List.of(vae, mar));
    assertThat(assembly.frame().layout()).isEqualTo(new Grid(16, 16));
    assertThat(assembly.frame().tokens()).isEqualTo(new TokenSpace.Continuous(16));
    assertThat(assembly.frame().conditions().labels()).hasSize(1000);
    assertThat(assembly.config("backbone"))
        .containsEntry("encoder-heads", heads)
        .containsEntry("buffer", 64);
  }

  @Test
  @DisplayName("Settings reach the parts that they are of")
  void settings() {
    Map<String, Object> mar =
        Map.of(
            "encoder_num_heads",
            2,
            "decoder_num_heads",
            3,
            "num_sampling_steps",
            "10,5",
            "mask_ratio_min",
            0.5);
    Assembly assembly =
        fit(
            Map.of(
                "mar",
                mar,
                "num_iter",
                20,
                "cfg",
                4,
                "cfg_schedule",
                "constant",
                "scale_factor",
                0.5),
            checkpoints());
    assertThat(assembly.config("backbone"))
        .containsEntry("encoder-heads", 2)
        .containsEntry("decoder-heads", 3);
    assertThat(assembly.config("head")).containsEntry("sampling-steps", "10,5");
    assertThat(assembly.config("tokenizer")).containsEntry("scale-factor", 0.5);
    assertThat(assembly.config("scheduler"))
        .containsEntry("iterations", 20)
        .containsEntry("mask-ratio-min", 0.5);
    assertThat(assembly.config("guide:cfg"))
        .containsEntry("scale", 4.0)
        .containsEntry("schedule", "constant");
  }

  @Test
  @DisplayName("An autoencoder alone is refused")
  void needsItsNetwork() {
    assertThatThrownBy(() -> read(HEADS, OfficialLayout.kl16()))
        .isInstanceOf(PartException.class)
        .hasMessageContaining("checkpoints: expected")
        .hasMessageContaining("found");
  }
}
