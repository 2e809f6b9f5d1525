package dev.seriatim.guides.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TypicalTest extends CategoricalGuideContract<TypicalFactory.Configuration> {
  private static final double MASS = 0.7;

  TypicalTest() {
    super(
        new TypicalFactory(),
        new TypicalFactory.Configuration(MASS),
        Map.of("mass", new TypicalFactory.Configuration(1.5)));
  }

  @Test
  @DisplayName("The tokens of the most expected surprise stay until the mass is reached")
  void keepsTheTypical() throws Exception {
    forEachSlot(
        (bent, plain) -> {
          double entropy =
              IntStream.range(0, VOCABULARY).mapToDouble(i -> -plain[i] * Math.log(plain[i])).sum();
          List<Integer> order =
              IntStream.range(0, VOCABULARY)
                  .boxed()
                  .sorted(
                      Comparator.comparing((Integer i) -> Math.abs(-Math.log(plain[i]) - entropy)))
                  .toList();
          double sum = 0;
          for (int id : order) {
            assertThat(Float.isFinite(bent[id])).as("id %d", id).isEqualTo(sum < MASS);
            sum += plain[id];
          }
        });
  }
}
