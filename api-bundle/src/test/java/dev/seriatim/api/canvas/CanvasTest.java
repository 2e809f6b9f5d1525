package dev.seriatim.api.canvas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class CanvasTest {
  private static final TokenSpace.Discrete IDS = new TokenSpace.Discrete(10, 2);
  private static final TokenSpace.Continuous VECTORS = new TokenSpace.Continuous(3);

  private static Canvas blank(TokenSpace tokens) {
    return Canvas.blank(new Grid(2, 2), tokens, 2);
  }

  @Test
  void blankIsUnknown() {
    Canvas canvas = blank(IDS);
    assertThat(canvas.settled(0)).isZero();
    assertThat(canvas.level(1, 3)).isZero();
    assertThat(canvas.ids()).containsOnly(0);
  }

  @Test
  void writesTheSameSlotsForAllSamples() {
    Canvas canvas = blank(IDS);
    canvas.write(Slots.shared(3, 1), 1f, new long[] {1, 2, 3, 4, 5, 6, 7, 8});
    assertThat(canvas.ids()).containsExactly(0, 0, 3, 4, 0, 0, 1, 2, 0, 0, 7, 8, 0, 0, 5, 6);
    assertThat(canvas.settled(0)).isEqualTo(2);
  }

  @Test
  void writesSlotsOfTheirOwnForEachSample() {
    Canvas canvas = blank(VECTORS);
    canvas.write(Slots.perSample(new int[][] {{0}, {3}}), 0.5f, new float[] {1, 2, 3, 4, 5, 6});
    assertThat(canvas.vector(0, 0)).containsExactly(1, 2, 3);
    assertThat(canvas.vector(1, 3)).containsExactly(4, 5, 6);
    assertThat(canvas.level(1, 3)).isEqualTo(0.5f);
    assertThat(canvas.isSettled(1, 3)).isFalse();
  }

  @Test
  void settledTokensStayUntilTheyAreWithdrawn() {
    Canvas canvas = blank(IDS);
    canvas.write(Slots.shared(0), 1f, new long[] {1, 1, 1, 1});
    canvas.write(Slots.shared(0), 1f, new long[] {2, 2, 2, 2});
    assertThat(canvas.id(0, 0, 0)).isEqualTo(1);
    canvas.withdraw(0, 0);
    canvas.write(Slots.shared(0), 1f, new long[] {2, 2, 2, 2});
    assertThat(canvas.id(0, 0, 0)).isEqualTo(2);
    assertThat(canvas.id(1, 0, 0)).isEqualTo(1);
    assertThat(canvas.drainWithdrawn()).hasSize(1).first().isEqualTo(new int[] {0, 0});
    assertThat(canvas.drainWithdrawn()).isEmpty();
  }

  @Test
  void copiesAreIndependent() {
    Canvas canvas = blank(IDS);
    Canvas copy = canvas.copy();
    canvas.write(Slots.shared(0), 1f, new long[] {1, 1, 1, 1});
    assertThat(copy.settled(0)).isZero();
    assertThat(canvas.sample(1).ids()).containsExactly(1, 1, 0, 0, 0, 0, 0, 0);
    assertThat(canvas.sample(1).samples()).isEqualTo(1);
  }

  @Test
  void refusesWhatDoesNotFit() {
    Canvas canvas = blank(IDS);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> canvas.write(Slots.shared(0), 1f, new long[3]))
        .withMessageContaining("expected 2×1×2 numbers, found 3");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> canvas.write(Slots.shared(0), 1f, new long[] {0, 0, 0, 10}))
        .withMessageContaining("expected 0 to 9, found 10");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> canvas.write(Slots.shared(0), 1.5f, new long[4]))
        .withMessageContaining("level");
    assertThatIllegalStateException().isThrownBy(canvas::vectors);
    assertThat(canvas.settled(0)).isZero();
  }

  @Test
  void slotsAfterTheEndOfASampleCountAsSettled() {
    Canvas canvas = Canvas.blank(new Sequence(4), new TokenSpace.Discrete(10, 1), 2);
    canvas.settle(0, 0, new long[] {7, 8});
    canvas.end(0, 3);
    assertThat(canvas.length(0)).isEqualTo(3);
    assertThat(canvas.length(1)).isEqualTo(4);
    assertThat(canvas.isSettled(0, 2)).isFalse();
    assertThat(canvas.isSettled(0, 3)).isTrue();
    assertThat(canvas.isSettled(1, 3)).isFalse();
    assertThat(canvas.id(0, 1, 0)).isEqualTo(8);
    canvas.write(Slots.range(3, 4), 1f, new long[] {5, 6});
    assertThat(canvas.id(0, 3, 0)).isZero();
    assertThat(canvas.id(1, 3, 0)).isEqualTo(6);
    assertThat(canvas.copy().length(0)).isEqualTo(3);
    assertThat(canvas.sample(0).length(0)).isEqualTo(3);
    assertThatThrownBy(() -> canvas.end(0, 4)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> canvas.settle(0, 2, new long[] {1, 1}))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> canvas.settle(1, 0, new long[] {10}))
        .hasMessage("id: expected 0 to 9, found 10");
  }

  @Test
  void sideInformationGoesWithItsSample() {
    Canvas canvas = blank(IDS);
    assertThat(canvas.sideInformation(1)).isEmpty();
    float[] numbers = {3, 0.5f};
    canvas.keep(1, numbers);
    Canvas copy = canvas.copy();
    numbers[0] = 9;
    canvas.keep(0, 7);
    assertThat(canvas.sideInformation(1)).containsExactly(3, 0.5f);
    assertThat(copy.sideInformation(0)).isEmpty();
    assertThat(copy.sideInformation(1)).containsExactly(3, 0.5f);
    assertThat(canvas.sample(1).sideInformation(0)).containsExactly(3, 0.5f);
    assertThatThrownBy(() -> canvas.keep(2, 1)).isInstanceOf(IndexOutOfBoundsException.class);
  }
}
