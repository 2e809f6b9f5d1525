package dev.seriatim.guides.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TopPOfAlmostNothingTest extends CategoricalGuideContract<TopPFactory.Configuration> {
  TopPOfAlmostNothingTest() {
    super(new TopPFactory(), new TopPFactory.Configuration(1e-9), Map.of());
  }

  @Test
  @DisplayName("The most probable token stays whatever p is")
  void keepsTheBest() throws Exception {
    forEachSlot(
        (bent, plain) -> {
          int best = 0;
          for (int id = 0; id < VOCABULARY; id++) {
            best = plain[id] > plain[best] ? id : best;
          }
          for (int id = 0; id < VOCABULARY; id++) {
            assertThat(Float.isFinite(bent[id])).isEqualTo(id == best);
          }
        });
  }
}
