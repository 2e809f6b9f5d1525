package dev.seriatim.family.llamagen.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seriatim.api.model.PartReference;
import dev.seriatim.family.llamagen.Sampling;
import dev.seriatim.importing.OfficialConfig;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SamplingTest {
  private static Sampling of(Map<String, Object> run) {
    return Sampling.of(OfficialConfig.of("llamagen", run), false);
  }

  @Test
  void argumentsBecomeGuidesInTheOfficialOrder() {
    Sampling sampling =
        of(
            Map.of(
                "cfg_scale", 4.0,
                "cfg_interval", 9,
                "temperature", 0.0,
                "top_k", 10,
                "top_p", 0.7));
    assertThat(LlamaGenFamily.guides(sampling))
        .containsExactly(
            PartReference.of("cfg", "[1.1,2)", Map.of("scale", 4.0, "interval", 10)),
            PartReference.of("temperature", "[1.0,2)", Map.of("value", 1e-5)),
            PartReference.of("top-k", "[1.0,2)", Map.of("k", 10)),
            PartReference.of("top-p", "[1.0,2)", Map.of("p", 0.7)));
  }

  @Test
  void whatChangesNothingIsNoGuide() {
    assertThat(LlamaGenFamily.guides(of(Map.of("cfg_scale", 1.0))))
        .containsExactly(PartReference.of("temperature", "[1.0,2)", Map.of("value", 1.0)));
    assertThat(of(Map.of()).drawn()).isFalse();
    assertThat(of(Map.of("sample_logits", true)).drawn()).isTrue();
  }
}
