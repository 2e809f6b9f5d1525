package dev.seriatim.family.timer.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.part.Assembly;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.verification.Family;
import dev.seriatim.api.weights.Parameter;
import dev.seriatim.backbone.timer.internal.TimerFactory;
import dev.seriatim.head.point.internal.PointHeadFactory;
import dev.seriatim.schedulers.internal.RasterFactory;
import dev.seriatim.testkit.CheckpointLayout;
import dev.seriatim.testkit.FamilyContract;
import dev.seriatim.tokenizer.series.internal.SeriesPatchesFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * The published model: 67 million parameters (Liu et al., 2024, appendix B), patches of 96 points.
 */
class TimerFamilyTest extends FamilyContract {
  private static final int LAYERS = 8;
  private static final int WIDTH = 1024;
  private static final int MLP = 2048;

  @Override
  protected Family family() {
    return new TimerFamily();
  }

  @Override
  protected Map<String, PartFactory<?, ?>> factories() {
    return Map.of(
        "series.patches", new SeriesPatchesFactory(),
        "timer", new TimerFactory(),
        "point", new PointHeadFactory(),
        "raster", new RasterFactory());
  }

  @Override
  protected Map<String, Object> configuration() {
    return Map.of(
        "model",
        "Timer",
        "d_model",
        WIDTH,
        "n_heads",
        8,
        "e_layers",
        LAYERS,
        "d_ff",
        MLP,
        "patch_len",
        96,
        "seq_len",
        672,
        "activation",
        "gelu",
        "task_name",
        "forecast");
  }

  private Map<String, Object> but(String key, Object value) {
    Map<String, Object> changed = new HashMap<>(configuration());
    changed.put(key, value);
    return changed;
  }

  private static CheckpointLayout network(String prefix) {
    CheckpointLayout layout =
        new CheckpointLayout(prefix)
            .with("patch_embedding.value_embedding.weight", WIDTH, 96)
            .with("patch_embedding.position_embedding.pe", 1, 5000, WIDTH);
    for (int i = 0; i < LAYERS; i++) {
      String block = "decoder.attn_layers." + i + ".";
      for (String kind : List.of("query", "key", "value", "out")) {
        layout.layer(block + "attention." + kind + "_projection", WIDTH, WIDTH);
      }
      layout
          .layer(block + "conv1", MLP, WIDTH, 1)
          .layer(block + "conv2", WIDTH, MLP, 1)
          .layer(block + "norm1", WIDTH)
          .layer(block + "norm2", WIDTH);
    }
    return layout.layer("decoder.norm", WIDTH).layer("proj", 96, WIDTH);
  }

  @Override
  protected List<CheckpointLayout> checkpoints() {
    return List.of(network("state_dict.model."));
  }

  @Override
  protected String tensor() {
    return "state_dict.model.decoder.attn_layers.3.norm2.weight";
  }

  @Override
  protected Map<String, Map<String, ?>> refused() {
    return Map.of(
        "model", but("model", "PatchTST"),
        "d_model", but("d_model", 512),
        "patch_len", but("patch_len", 48),
        "stride", but("stride", 48),
        "e_layers", but("e_layers", 4),
        "d_ff", but("d_ff", 1024),
        "n_heads", but("n_heads", 7),
        "a multiple of the patch", but("seq_len", 100),
        "5000 patches", but("seq_len", 96 * 5001));
  }

  @Test
  @DisplayName("The published model looks back at 7 patches, and has 67 million parameters")
  void published() {
    Assembly assembly = fit(configuration(), checkpoints());
    assertThat(assembly.frame().layout()).isEqualTo(new Sequence(8));
    assertThat(assembly.frame().tokens()).isEqualTo(new TokenSpace.Continuous(96));
    long parameters =
        assembly.parameters("backbone").stream()
            .filter(parameter -> !parameter.name().equals("position"))
            .map(Parameter::shape)
            .mapToLong(shape -> shape.size())
            .sum();
    assertThat(parameters).isBetween(66_000_000L, 68_000_000L);
  }

  @Test
  @DisplayName("What was saved after fine-tuning has every module twice")
  void fineTuned() {
    CheckpointLayout saved = network("backbone.").copy().withAll("", network("")).copy();
    saved.without("patch_embedding.value_embedding.weight");
    saved.without("patch_embedding.position_embedding.pe");
    saved.with("enc_embedding.value_embedding.weight", WIDTH, 96);
    fit(configuration(), List.of(saved));
    fit(configuration(), List.of(network("")));
  }
}
