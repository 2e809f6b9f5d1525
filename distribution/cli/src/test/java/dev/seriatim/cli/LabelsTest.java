package dev.seriatim.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.model.ConditionSpace;
import java.util.List;
import org.junit.jupiter.api.Test;

class LabelsTest {
  private static final ConditionSpace SPACE =
      new ConditionSpace(List.of("cat", "dog", "tench, Tinca tinca"), false);

  @Test
  void withoutLabelsEachInTurn() {
    assertThat(Labels.conditions(SPACE, List.of(), 0)).isEqualTo(labels(0, 1, 2));
    assertThat(Labels.conditions(SPACE, List.of(), 4)).isEqualTo(labels(0, 1, 2, 0));
  }

  @Test
  void labelsByCommasAndByRepetition() {
    assertThat(Labels.conditions(SPACE, List.of("dog, cat", "dog"), 0)).isEqualTo(labels(1, 0, 1));
    assertThat(Labels.conditions(SPACE, List.of("dog"), 3)).isEqualTo(labels(1, 1, 1));
  }

  @Test
  void aNameMayHaveCommas() {
    assertThat(Labels.conditions(SPACE, List.of("tench, Tinca tinca"), 0)).isEqualTo(labels(2));
  }

  @Test
  void noneIsNoCondition() {
    assertThat(Labels.conditions(SPACE, List.of("none"), 2))
        .containsExactly(Condition.NONE, Condition.NONE);
    assertThat(Labels.conditions(ConditionSpace.NONE, List.of(), 0))
        .containsExactly(Condition.NONE);
  }

  @Test
  void anUnknownLabelIsRefusedWithThoseThatThereAre() {
    assertThatThrownBy(() -> Labels.conditions(SPACE, List.of("cow"), 1))
        .isInstanceOf(SeriatimException.class)
        .hasMessage("label: expected one of cat, dog, tench, Tinca tinca, found 'cow'");
  }

  @Test
  void manifestsAreReadBack() {
    assertThat(Labels.ofManifest(SPACE, "label=tench, Tinca tinca"))
        .isEqualTo(new Condition.Label(2));
    assertThat(Labels.ofManifest(SPACE, "none")).isEqualTo(Condition.NONE);
    assertThatThrownBy(() -> Labels.ofManifest(SPACE, "text=x"))
        .isInstanceOf(SeriatimException.class);
  }

  private static List<Condition> labels(int... indexes) {
    return java.util.Arrays.stream(indexes).<Condition>mapToObj(Condition.Label::new).toList();
  }
}
