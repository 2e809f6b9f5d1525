package dev.seriatim.guides.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TopKTest extends CategoricalGuideContract<TopKFactory.Configuration> {
  TopKTest() {
    super(
        new TopKFactory(),
        new TopKFactory.Configuration(4),
        Map.of("k", new TopKFactory.Configuration(0)));
  }

  @Test
  @DisplayName("The k most probable tokens stay, as they were")
  void keepsTheMostProbable() throws Exception {
    forEachSlot(
        (bent, plain) -> {
          float[] sorted = plain.clone();
          Arrays.sort(sorted);
          for (int id = 0; id < VOCABULARY; id++) {
            boolean stays = plain[id] >= sorted[VOCABULARY - 4];
            assertThat(Float.isFinite(bent[id])).isEqualTo(stays);
          }
        });
  }
}
