package dev.seriatim.backbone.nar.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.part.BackboneContext;
import dev.seriatim.api.part.ContextRequest;
import dev.seriatim.api.part.KernelPart;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.Step;
import dev.seriatim.api.part.Stream;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class NarOfLabelsTest extends NarContract {
  NarOfLabelsTest() {
    super(new ConditionSpace(List.of("a", "b", "c"), false));
  }

  private BackboneContext open(Canvas canvas) {
    return part()
        .open(
            new ContextRequest(
                canvas,
                List.of(Stream.CONDITIONAL),
                List.of(new Condition.Label(1)),
                null,
                scope().manager()));
  }

  private NDArray forward(BackboneContext context, Canvas canvas, int... slots) {
    Step step = Step.settle(0, Slots.shared(slots));
    return context.forward(step, canvas, scope().manager()).states();
  }

  @Test
  @DisplayName("Inputs see the condition, nearer tokens and their own diagonal")
  void seesDiagonals() throws Exception {
    onEngine(
        () -> {
          NDList seen = ((KernelPart) part()).kernel().call(scope().manager(), "proximity");
          boolean[] found = seen.get(0).toBooleanArray();
          for (int query = 0; query < 13; query++) {
            for (int key = 0; key < 13; key++) {
              assertThat(found[query * 13 + key]).isEqualTo(turn(key) <= turn(query));
            }
          }
        });
  }

  /** The condition first, then the diagonals of a 3×4 grid. */
  private static int turn(int input) {
    return input == 0 ? -1 : (input - 1) / 4 + (input - 1) % 4;
  }

  @Test
  @DisplayName("At an edge one neighbour predicts alone, inside both count half")
  void sharesOfNeighbours() throws Exception {
    onEngine(
        () -> {
          Canvas canvas = Canvas.blank(frame().layout(), frame().tokens(), 1);
          canvas.write(Slots.shared(0, 1, 4), 1f, new long[] {3, 4, 5});
          try (BackboneContext context = open(canvas)) {
            float[] states = forward(context, canvas, 2, 5, 8).toFloatArray();
            // Slot 2 is in the top row: its left half is whole, its right half empty.
            assertThat(length(states, 0, 16)).isGreaterThan(1);
            assertThat(length(states, 16, 32)).isZero();
            // Both neighbours of slot 5: right of slot 4, below slot 1.
            assertThat(length(states, 32, 48)).isCloseTo(2, within(0.1));
            assertThat(length(states, 48, 64)).isCloseTo(2, within(0.1));
            // Slot 8 is in the first column.
            assertThat(length(states, 64, 80)).isZero();
            assertThat(length(states, 80, 96)).isCloseTo(4, within(0.1));
          }
        });
  }

  /** Normed states of width 16 have length 4. */
  private static double length(float[] numbers, int from, int end) {
    double sum = 0;
    for (int i = from; i < end; i++) {
      sum += numbers[i] * numbers[i];
    }
    return Math.sqrt(sum);
  }

  @Test
  @DisplayName("Proposed diagonals are seen together, and forgotten unless they settle")
  void verifiesProposals() throws Exception {
    onEngine(
        () -> {
          Canvas proposed = Canvas.blank(frame().layout(), frame().tokens(), 1);
          proposed.write(Slots.shared(0, 1, 4), 0.5f, new long[] {3, 4, 5});
          Canvas other = Canvas.blank(frame().layout(), frame().tokens(), 1);
          other.write(Slots.shared(0, 1, 4), 1f, new long[] {6, 7, 8});
          try (BackboneContext context = open(proposed)) {
            NDArray together = forward(context, proposed, 0, 1, 4, 2, 5, 8);
            try (BackboneContext fresh = open(proposed)) {
              forward(fresh, proposed, 0);
              NDArray last = forward(fresh, proposed, 2, 5, 8);
              assertThat(together.get(":, 3:").sub(last).abs().max().getFloat())
                  .isCloseTo(0, within(1e-5f));
            }
            NDArray after = forward(context, other, 2, 5, 8);
            try (BackboneContext fresh = open(other)) {
              NDArray expected = forward(fresh, other, 2, 5, 8);
              assertThat(after.sub(expected).abs().max().getFloat()).isCloseTo(0, within(1e-5f));
            }
          }
        });
  }

  @Test
  @DisplayName("6 Says no clearly: slots whose nearer tokens are unknown, slots that differ")
  void refusesWhatItCannotServe() throws Exception {
    onEngine(
        () -> {
          Canvas canvas = Canvas.blank(frame().layout(), frame().tokens(), 1);
          canvas.write(Slots.shared(0, 1), 1f, new long[] {3, 4});
          try (BackboneContext context = open(canvas)) {
            assertThatThrownBy(() -> forward(context, canvas, 2))
                .isInstanceOf(PartException.class)
                .hasMessageContaining("slot 4 unknown");
            Step apart = Step.settle(0, Slots.perSample(new int[][] {{4}, {1}}));
            assertThatThrownBy(() -> context.forward(apart, canvas, scope().manager()))
                .isInstanceOf(PartException.class)
                .hasMessageContaining("the same slots");
          }
        });
  }
}
