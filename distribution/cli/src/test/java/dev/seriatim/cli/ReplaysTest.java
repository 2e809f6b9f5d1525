package dev.seriatim.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seriatim.api.generation.GenerationRequest;
import dev.seriatim.api.generation.Manifest;
import dev.seriatim.api.generation.PartChoice;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.model.ModelDescriptor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReplaysTest {
  private static final ModelDescriptor MODEL =
      new ModelDescriptor(
          "tiny",
          "1.0.0",
          "",
          "",
          new ConditionSpace(List.of("a", "b"), false),
          Map.of(),
          List.of(),
          Map.of());

  @Test
  void theRequestIsRebuilt() {
    Manifest manifest = manifest("1.0.0", "00", Map.of("scale", 2.0));
    assertThat(Replays.request(manifest, MODEL))
        .isEqualTo(
            GenerationRequest.of(List.of(new Condition.Label(1), Condition.NONE))
                .withSeed(3)
                .withFirstSample(4)
                .withScheduler(new PartChoice("raster", "", Map.of()))
                .withGuide(new PartChoice("cfg", "", Map.of("scale", 2.0)))
                .withMode());
  }

  @Test
  void equalManifestsHaveNoChanges() {
    Manifest manifest = manifest("1.0.0", "00", Map.of("scale", 2.0));
    assertThat(Replays.changes(manifest, manifest)).isEmpty();
  }

  @Test
  void whatDiffersIsNamed() {
    Manifest before = manifest("1.0.0", "00", Map.of("scale", 2.0));
    Manifest now = manifest("1.1.0", "ff", Map.of("scale", 3.0, "power", 1L));
    assertThat(Replays.changes(before, now))
        .containsExactly(
            "guide cfg: 1.0.0 → 1.1.0",
            "guide cfg power: nothing → 1",
            "guide cfg scale: 2.0 → 3.0",
            "weights w.safetensors: 00 → ff");
  }

  private static Manifest manifest(String version, String hash, Map<String, Object> config) {
    return new Manifest(
        "tiny",
        "1.0.0",
        List.of(
            new Manifest.PartUse("tokenizer", "vq.grid", "1.0.0", "t 1.0.0", Map.of("width", 4L)),
            new Manifest.PartUse("scheduler", "raster", "1.0.0", "s 1.0.0", Map.of()),
            new Manifest.PartUse("guide", "cfg", version, "g 1.0.0", config)),
        Map.of("w.safetensors", hash),
        "engine",
        List.of("label=b", "none"),
        3,
        4,
        true,
        "tokens");
  }
}
