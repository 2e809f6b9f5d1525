package dev.seriatim.guides.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class StrictTopPTest extends CategoricalGuideContract<TopPFactory.Configuration> {
  private static final double P = 0.6;

  StrictTopPTest() {
    super(new TopPFactory(), new TopPFactory.Configuration(P, true), Map.of());
  }

  @Test
  @DisplayName("The most probable tokens stay as long as their sum is within p, and one at least")
  void staysWithinTheNucleus() throws Exception {
    forEachSlot(
        (bent, plain) -> {
          List<Integer> order =
              IntStream.range(0, VOCABULARY)
                  .boxed()
                  .sorted(Comparator.comparing((Integer id) -> plain[id]).reversed())
                  .toList();
          double sum = 0;
          for (int id : order) {
            sum += plain[id];
            boolean kept = sum <= P || id == order.get(0);
            assertThat(Float.isFinite(bent[id])).as("id %d", id).isEqualTo(kept);
          }
        });
  }
}
