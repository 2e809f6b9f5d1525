package dev.seriatim.evaluation.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seriatim.api.training.ImageDataSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BalancedHalvesTest {
  @Test
  void halvesShareNothingAndTakeTheLabelsInTurn() {
    ImageDataSet.Split split = new Stripes(100, 0).train();
    BalancedHalves halves = BalancedHalves.of("stripes", split, 3);
    // Of 100 labels 0 1 2 0 1 2 0, again and again, the rarer two come 28 times.
    assertThat(halves.a()).hasSize(42);
    assertThat(halves.b()).hasSize(42);
    for (int i = 0; i < 42; i++) {
      assertThat(split.label(halves.a()[i])).isEqualTo(i % 3);
      assertThat(split.label(halves.b()[i])).isEqualTo(i % 3);
    }
    assertThat(IntStream.concat(IntStream.of(halves.a()), IntStream.of(halves.b())).distinct())
        .hasSize(84);
  }

  @Test
  void aLabelWithOneImageIsRefused() {
    assertThatThrownBy(() -> BalancedHalves.of("stripes", new Stripes(4, 0).train(), 3))
        .hasMessage("stripes: training images: expected at least 2 of each label, found fewer");
  }

  @Test
  void anUnknownLabelIsRefused() {
    assertThatThrownBy(() -> BalancedHalves.of("stripes", new Stripes(9, 0).train(), 2))
        .hasMessage("stripes: label of image 2: expected 0 to 1, found 2");
  }

  @Test
  void theLadderRisesByOneTwoFive() {
    assertThat(RealStatistics.ladder(10, 2710))
        .containsExactly(10, 20, 50, 100, 200, 500, 1000, 2000, 2710);
    assertThat(RealStatistics.ladder(3, 3)).containsExactly(3);
  }
}
