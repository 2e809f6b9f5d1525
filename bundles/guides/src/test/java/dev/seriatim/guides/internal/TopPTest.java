package dev.seriatim.guides.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TopPTest extends CategoricalGuideContract<TopPFactory.Configuration> {
  TopPTest() {
    super(
        new TopPFactory(),
        new TopPFactory.Configuration(0.8),
        Map.of("p", new TopPFactory.Configuration(1.5)));
  }

  @Test
  @DisplayName("The smallest set that reaches p stays")
  void keepsTheNucleus() throws Exception {
    forEachSlot(
        (bent, plain) -> {
          double inside = 0;
          double least = 1;
          for (int id = 0; id < VOCABULARY; id++) {
            if (Float.isFinite(bent[id])) {
              inside += plain[id];
              least = Math.min(least, plain[id]);
            }
          }
          assertThat(inside).isGreaterThanOrEqualTo(0.8 - 1e-6);
          assertThat(inside - least).isLessThan(0.8 + 1e-6);
        });
  }
}
