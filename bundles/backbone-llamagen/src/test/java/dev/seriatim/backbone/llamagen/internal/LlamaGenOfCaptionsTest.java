package dev.seriatim.backbone.llamagen.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.part.BackboneContext;
import dev.seriatim.api.part.ContextRequest;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.Step;
import dev.seriatim.api.part.Stream;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LlamaGenOfCaptionsTest extends LlamaGenContract {
  LlamaGenOfCaptionsTest() {
    super(new ConditionSpace(List.of(), true, 3, 5), 0);
  }

  @Override
  protected Condition condition(int sample) {
    return caption(sample, true, true, true);
  }

  private static Condition.Features caption(int seed, boolean... valid) {
    Random random = new Random(seed);
    float[] values = new float[5 * valid.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return new Condition.Features(values, valid);
  }

  private NDArray first(Condition condition, Stream stream) {
    Canvas canvas = Canvas.blank(frame().layout(), frame().tokens(), 1);
    ContextRequest request =
        new ContextRequest(canvas, List.of(stream), List.of(condition), null, scope().manager());
    try (BackboneContext context = part().open(request)) {
      Step step = Step.settle(0, Slots.shared(0));
      return context.forward(step, canvas, scope().manager()).states();
    }
  }

  private static double distance(NDArray one, NDArray two) {
    return one.sub(two).abs().max().getFloat();
  }

  @Test
  @DisplayName("Padding is not seen, and what is dropped is as long as what was asked for")
  void leavesPaddingOut() throws Exception {
    onEngine(
        () -> {
          Condition.Features padded = caption(1, false, true, true);
          float[] other = padded.values().clone();
          other[2] += 5;
          Condition.Features changed = new Condition.Features(other, padded.valid());
          Stream given = Stream.CONDITIONAL;
          assertThat(distance(first(changed, given), first(padded, given)))
              .isCloseTo(0, within(1e-6));
          Condition.Features whole =
              new Condition.Features(padded.values(), caption(1, true, true, true).valid());
          assertThat(distance(first(whole, given), first(padded, given))).isGreaterThan(1e-5);
          Stream dropped = Stream.UNCONDITIONAL;
          assertThat(distance(first(whole, dropped), first(padded, dropped))).isGreaterThan(1e-6);
          assertThat(distance(first(whole, dropped), first(Condition.NONE, given)))
              .isCloseTo(0, within(1e-6));
        });
  }

  @Test
  @DisplayName("6 Says no clearly: captions of another size, and labels")
  void refusesOtherConditions() throws Exception {
    onEngine(
        () -> {
          for (Condition wrong :
              List.of(caption(1, true, true), new Condition.Label(0), new Condition.Text("a"))) {
            assertThatThrownBy(() -> first(wrong, Stream.CONDITIONAL))
                .isInstanceOf(PartException.class)
                .hasMessageContaining("condition")
                .hasMessageContaining("3 tokens of width 5");
          }
        });
  }
}
