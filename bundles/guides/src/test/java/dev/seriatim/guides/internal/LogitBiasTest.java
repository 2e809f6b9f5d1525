package dev.seriatim.guides.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.seriatim.guides.internal.LogitBiasFactory.Configuration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LogitBiasTest extends CategoricalGuideContract<Configuration> {
  LogitBiasTest() {
    super(
        new LogitBiasFactory(),
        new Configuration(List.of(1, 0), List.of(2.0, -1.0), List.of(2)),
        Map.of(
            "ids", new Configuration(List.of(VOCABULARY), List.of(1.0), List.of()),
            "biases", new Configuration(List.of(1), List.of(), List.of()),
            "forbidden", new Configuration(List.of(), List.of(), List.of(-1))));
  }

  @Test
  @DisplayName("Odds change by the exponential of the bias, and what is forbidden is gone")
  void changesOdds() throws Exception {
    forEachSlot(
        (bent, plain) -> {
          double odds = Math.log(plain[1] / plain[0]);
          assertThat((double) bent[1] - bent[0]).isCloseTo(odds + 3, within(1e-4));
          assertThat(bent[2]).isEqualTo(Float.NEGATIVE_INFINITY);
        });
  }
}
