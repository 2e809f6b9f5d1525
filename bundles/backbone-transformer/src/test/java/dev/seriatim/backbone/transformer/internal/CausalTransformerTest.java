package dev.seriatim.backbone.transformer.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.BackboneContext;
import dev.seriatim.api.part.ContextRequest;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.Step;
import dev.seriatim.api.part.Stream;
import dev.seriatim.backbone.transformer.internal.CausalTransformerFactory.Configuration;
import dev.seriatim.testkit.BackboneContract;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CausalTransformerTest extends BackboneContract<Configuration> {
  @Override
  protected PartFactory<Backbone, Configuration> factory() {
    return new CausalTransformerFactory();
  }

  @Override
  protected Configuration configuration() {
    return new Configuration(2, 2, 16, 4);
  }

  @Override
  protected Frame frame() {
    return Frame.of(new ConditionSpace(List.of("a", "b", "c"), false))
        .with(new Grid(2, 4), new TokenSpace.Discrete(13, 2));
  }

  @Override
  protected Map<String, Configuration> refused() {
    return Map.of(
        "layers", new Configuration(0, 2, 16, 4),
        "heads", new Configuration(2, 0, 16, 4),
        "width", new Configuration(2, 3, 16, 4),
        "mlp-ratio", new Configuration(2, 2, 16, 0));
  }

  @Override
  protected boolean takesProposals() {
    return true;
  }

  private BackboneContext open(Canvas canvas, Condition condition) {
    return part()
        .open(
            new ContextRequest(
                canvas, List.of(Stream.CONDITIONAL), List.of(condition), null, scope().manager()));
  }

  private Canvas blank() {
    return Canvas.blank(frame().layout(), frame().tokens(), 1);
  }

  @Test
  @DisplayName("Proposed tokens are seen together, and forgotten unless they settle")
  void verifiesProposals() throws Exception {
    onEngine(
        () -> {
          Slots three = Slots.range(0, 3);
          Canvas proposed = blank();
          proposed.write(three, 0.5f, new long[] {1, 2, 3, 4, 5, 6});
          Canvas settled = blank();
          settled.write(Slots.range(0, 2), 1f, new long[] {1, 2, 3, 4});
          try (BackboneContext context = open(proposed, Condition.NONE);
              BackboneContext plain = open(settled, Condition.NONE)) {
            float[] together =
                context
                    .forward(Step.settle(0, three), proposed, scope().manager())
                    .states()
                    .toFloatArray();
            float[] last =
                plain
                    .forward(Step.settle(0, Slots.shared(2)), settled, scope().manager())
                    .states()
                    .toFloatArray();
            for (int i = 0; i < last.length; i++) {
              assertThat(together[together.length - last.length + i])
                  .isCloseTo(last[i], within(1e-5f));
            }
            // Other tokens settle than were proposed: the context gives what a fresh one gives.
            Canvas other = blank();
            other.write(Slots.range(0, 2), 1f, new long[] {7, 8, 9, 10});
            float[] after =
                context
                    .forward(Step.settle(1, Slots.shared(2)), other, scope().manager())
                    .states()
                    .toFloatArray();
            try (BackboneContext fresh = open(other, Condition.NONE)) {
              float[] expected =
                  fresh
                      .forward(Step.settle(0, Slots.shared(2)), other, scope().manager())
                      .states()
                      .toFloatArray();
              for (int i = 0; i < expected.length; i++) {
                assertThat(after[i]).isCloseTo(expected[i], within(1e-5f));
              }
            }
          }
        });
  }

  @Test
  @DisplayName("6 Says no clearly: orders and conditions that it cannot serve")
  void refusesWhatItCannotServe() throws Exception {
    onEngine(
        () -> {
          Canvas canvas = blank();
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
          assertThatThrownBy(() -> open(canvas, new Condition.Text("three")))
              .isInstanceOf(PartException.class)
              .hasMessageContaining("condition");
        });
  }
}
