package dev.seriatim.guides.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LinearGuidanceTest extends CategoricalGuideContract<ClassifierFreeFactory.Configuration> {
  LinearGuidanceTest() {
    super(
        new ClassifierFreeFactory(),
        new ClassifierFreeFactory.Configuration(3, "linear", 1, -1),
        Map.of());
  }

  @Test
  @DisplayName("A growing schedule starts without guidance")
  void startsAtOne() throws Exception {
    onEngine(
        () -> {
          float[] bent = bent(0, 2).toFloatArray();
          float[] plain = plain(0, 2).toFloatArray();
          for (int i = 0; i < bent.length; i++) {
            assertThat(bent[i]).isCloseTo(plain[i], within(1e-5f));
          }
        });
  }
}
