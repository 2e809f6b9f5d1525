package dev.seriatim.backbone.llamagen.internal;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.part.BackboneContext;
import dev.seriatim.api.part.ContextRequest;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.Step;
import dev.seriatim.api.part.Stream;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LlamaGenOfLabelsTest extends LlamaGenContract {
  private static final ConditionSpace LABELS = new ConditionSpace(List.of("a", "b", "c"), false);

  LlamaGenOfLabelsTest() {
    super(LABELS, 0);
  }

  private BackboneContext open(Canvas canvas, Condition condition) {
    return part()
        .open(
            new ContextRequest(
                canvas, List.of(Stream.CONDITIONAL), List.of(condition), null, scope().manager()));
  }

  @Test
  @DisplayName("6 Says no clearly: orders, conditions and canvases that it cannot serve")
  void refusesWhatItCannotServe() throws Exception {
    onEngine(
        () -> {
          Canvas canvas = Canvas.blank(frame().layout(), frame().tokens(), 1);
          try (BackboneContext context = open(canvas, new Condition.Label(2))) {
            Step scattered = Step.settle(0, Slots.shared(0, 2));
            assertThatThrownBy(() -> context.forward(scattered, canvas, scope().manager()))
                .isInstanceOf(PartException.class)
                .hasMessageContaining("consecutive");
            Step ahead = Step.settle(0, Slots.shared(3));
            assertThatThrownBy(() -> context.forward(ahead, canvas, scope().manager()))
                .isInstanceOf(PartException.class)
                .hasMessageContaining("slot 0 unknown");
          }
          assertThatThrownBy(() -> open(canvas, new Condition.Label(3)))
              .isInstanceOf(PartException.class)
              .hasMessageContaining("0 to 2");
          Canvas other = Canvas.blank(new Grid(3, 3), frame().tokens(), 1);
          assertThatThrownBy(() -> open(other, Condition.NONE))
              .isInstanceOf(PartException.class)
              .hasMessageContaining("layout");
        });
  }

  @Test
  @DisplayName("6 Says no clearly: frames that it cannot take")
  void refusesFrames() {
    Frame sequence = Frame.of(LABELS).with(new Sequence(8), new TokenSpace.Discrete(13, 1));
    assertThatThrownBy(() -> factory().blueprint(configuration(), sequence))
        .isInstanceOf(PartException.class)
        .hasMessageContaining("a grid");
    Frame two = Frame.of(LABELS).with(new Grid(2, 4), new TokenSpace.Discrete(13, 2));
    assertThatThrownBy(() -> factory().blueprint(configuration(), two))
        .isInstanceOf(PartException.class)
        .hasMessageContaining("codebooks");
    ConditionSpace both = new ConditionSpace(List.of("a"), true, 3, 5);
    Frame mixed = Frame.of(both).with(new Grid(2, 4), new TokenSpace.Discrete(13, 1));
    assertThatThrownBy(() -> factory().blueprint(configuration(), mixed))
        .isInstanceOf(PartException.class)
        .hasMessageContaining("labels or captions");
  }
}
