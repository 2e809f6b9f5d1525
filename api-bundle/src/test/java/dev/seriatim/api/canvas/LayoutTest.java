package dev.seriatim.api.canvas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LayoutTest {
  static List<Layout> layouts() {
    return List.of(
        new Sequence(7),
        new Grid(3, 5),
        new Pyramid(List.of(new Grid(1, 1), new Grid(2, 3), new Grid(4, 4))));
  }

  @ParameterizedTest
  @MethodSource("layouts")
  void everySlotHasAPositionOfItsOwn(Layout layout) {
    Set<List<Integer>> positions = new HashSet<>();
    for (int slot = 0; slot < layout.slots(); slot++) {
      int[] position = layout.position(slot);
      assertThat(position).hasSize(layout.axes());
      positions.add(Arrays.stream(position).boxed().toList());
    }
    assertThat(positions).hasSize(layout.slots());
    assertThatThrownBy(() -> layout.position(layout.slots()))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> layout.position(-1)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void gridsAreNumberedRowByRow() {
    assertThat(new Grid(3, 5).position(7)).containsExactly(1, 2);
  }

  @Test
  void pyramidsAreNumberedFromTheCoarsestScale() {
    Pyramid pyramid = new Pyramid(List.of(new Grid(1, 1), new Grid(2, 3), new Grid(4, 4)));
    assertThat(pyramid.slots()).isEqualTo(1 + 6 + 16);
    assertThat(pyramid.firstSlot(2)).isEqualTo(7);
    assertThat(pyramid.scale(6)).isEqualTo(1);
    assertThat(pyramid.position(7 + 5)).containsExactly(2, 1, 1);
  }

  @Test
  void emptyLayoutsAreRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Sequence(0));
    assertThatIllegalArgumentException().isThrownBy(() -> new Grid(1, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new Pyramid(List.of()));
  }
}
