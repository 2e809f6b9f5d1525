package dev.seriatim.guides.text.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.seriatim.guides.text.internal.LogitBiasFactory.Configuration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LogitBiasTest extends TextGuideContract<Configuration> {
  LogitBiasTest() {
    super(
        new LogitBiasFactory(),
        new Configuration(List.of(3, 7), List.of(2.5, -1e5)),
        Map.of(
            "ids", new Configuration(List.of(3, 3), List.of(1., 1.)),
            "biases", new Configuration(List.of(3), List.of())));
  }

  @Test
  @DisplayName("What is biased moves by as much, what is forbidden goes, the rest stays")
  void biases() throws Exception {
    onEngine(
        () -> {
          float[] bent = bent(0, 1).toFloatArray();
          float[] plain = plain(0, 1).toFloatArray();
          assertThat(bent[3]).isCloseTo(plain[3] + 2.5f, within(1e-5f));
          assertThat(bent[7]).isEqualTo(Float.NEGATIVE_INFINITY);
          assertThat(bent[4]).isEqualTo(plain[4]);
        });
  }
}
