package dev.seriatim.guides.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class MinPTest extends CategoricalGuideContract<MinPFactory.Configuration> {
  private static final double P = 0.1;

  MinPTest() {
    super(
        new MinPFactory(),
        new MinPFactory.Configuration(P),
        Map.of("p", new MinPFactory.Configuration(0)));
  }

  @Test
  @DisplayName("What is at least p times as probable as the best stays, and nothing else")
  void keepsByTheBest() throws Exception {
    forEachSlot(
        (bent, plain) -> {
          double best = 0;
          for (float p : plain) {
            best = Math.max(best, p);
          }
          for (int id = 0; id < VOCABULARY; id++) {
            assertThat(Float.isFinite(bent[id])).isEqualTo(plain[id] >= P * best);
          }
        });
  }
}
