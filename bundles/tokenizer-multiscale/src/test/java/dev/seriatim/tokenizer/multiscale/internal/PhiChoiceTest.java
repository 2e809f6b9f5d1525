package dev.seriatim.tokenizer.multiscale.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PhiChoiceTest {
  @Test
  void scalesTakeTheNearestTick() {
    // Ticks 1/12, 13/36, 23/36 and 11/12 for four; 1/6, 1/2 and 5/6 for three. Rounding decides
    // ties.
    assertThat(PhiChoice.of(5, 4)).containsExactly(0, 1, 2, 2, 3);
    assertThat(PhiChoice.of(10, 4)).containsExactly(0, 0, 1, 1, 1, 2, 2, 3, 3, 3);
    assertThat(PhiChoice.of(4, 3)).containsExactly(0, 0, 1, 2);
  }

  @Test
  void oneForAllAndOneForEach() {
    assertThat(PhiChoice.of(3, 1)).containsExactly(0, 0, 0);
    assertThat(PhiChoice.of(6, 6)).containsExactly(0, 1, 2, 3, 4, 5);
    assertThat(PhiChoice.of(1, 4)).containsExactly(0);
  }
}
