package dev.seriatim.backbone.transformer.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.canvas.Sequence;
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
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the forms keep that begin with a text's first token. */
abstract class TextTransformerContract extends BackboneContract<Configuration> {
  @Override
  protected PartFactory<Backbone, Configuration> factory() {
    return new CausalTransformerFactory();
  }

  @Override
  protected Frame frame() {
    return Frame.of(new ConditionSpace(List.of(), true))
        .with(new Sequence(9), new TokenSpace.Discrete(13, 1));
  }

  @Override
  protected int prompt() {
    return 1;
  }

  @Override
  protected List<Stream> streams() {
    return List.of(Stream.CONDITIONAL);
  }

  @Override
  protected boolean takesProposals() {
    return true;
  }

  static Configuration text(int positions, String overflow, boolean bias, String activation) {
    return new Configuration(2, 2, 16, 4, "token", positions, overflow, bias, activation, 1e-5);
  }

  @Override
  protected Map<String, Configuration> refused() {
    return Map.of(
        "start", new Configuration(2, 2, 16, 4, "label", 0, "refuse", true, "gelu", 1e-5),
        "positions", text(8, "refuse", true, "gelu"),
        "overflow", new Configuration(2, 2, 16, 4, "condition", 0, "slide", true, "gelu", 1e-5),
        "activation", text(0, "refuse", true, "relu"),
        "norm-eps", new Configuration(2, 2, 16, 4, "token", 0, "refuse", true, "gelu", 0));
  }

  final BackboneContext open(Canvas canvas) {
    List<Condition> none = Collections.nCopies(canvas.samples(), Condition.NONE);
    return part().open(new ContextRequest(canvas, streams(), none, null, scope().manager()));
  }

  final Canvas blank(int slots, int samples) {
    return Canvas.blank(new Sequence(slots), frame().tokens(), samples);
  }

  private float[] states(BackboneContext context, int slot, Canvas canvas) {
    Step step = Step.settle(0, Slots.shared(slot));
    return context.forward(step, canvas, scope().manager()).states().toFloatArray();
  }

  @Test
  @DisplayName("2 Batch-invariant: prompts of different lengths do not touch each other")
  void raggedPrompts() throws Exception {
    onEngine(
        () -> {
          long[][] prompts = {{3}, {7, 1, 12, 4}, {5, 5}};
          Canvas canvas = blank(8, prompts.length);
          for (int sample = 0; sample < prompts.length; sample++) {
            canvas.settle(sample, 0, prompts[sample]);
          }
          try (BackboneContext context = open(canvas)) {
            for (int slot = 1; slot < 8; slot++) {
              float[] batch = states(context, slot, canvas);
              for (int sample = 0; sample < prompts.length; sample++) {
                Canvas one = canvas.sample(sample);
                try (BackboneContext alone = open(one)) {
                  float[] expected = states(alone, slot, one);
                  for (int i = 0; i < expected.length; i++) {
                    assertThat(batch[sample * expected.length + i])
                        .isCloseTo(expected[i], within(1e-5f));
                  }
                }
              }
              canvas.write(Slots.shared(slot), 1f, new long[] {slot, slot + 1L, slot + 2L});
            }
          }
        });
  }

  @Test
  @DisplayName("6 Says no clearly: a text without a beginning, a canvas that is no sequence")
  void refusesWhatIsNoText() throws Exception {
    onEngine(
        () -> {
          Canvas canvas = blank(8, 1);
          try (BackboneContext context = open(canvas)) {
            assertThatThrownBy(() -> states(context, 0, canvas))
                .isInstanceOf(PartException.class)
                .hasMessageContaining("prompt");
          }
          Canvas grid = Canvas.blank(new Grid(2, 2), frame().tokens(), 1);
          assertThatThrownBy(() -> open(grid))
              .isInstanceOf(PartException.class)
              .hasMessageContaining("layout");
        });
  }
}
