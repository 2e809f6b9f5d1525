package dev.seriatim.backbone.timer.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.BackboneContext;
import dev.seriatim.api.part.ContextRequest;
import dev.seriatim.api.part.Exposure;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.Lesson;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.Step;
import dev.seriatim.api.part.Stream;
import dev.seriatim.backbone.timer.internal.TimerFactory.Configuration;
import dev.seriatim.testkit.BackboneContract;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TimerTest extends BackboneContract<Configuration> {
  private static final int SLOTS = 6;
  private static final int PATCH = 3;

  @Override
  protected PartFactory<Backbone, Configuration> factory() {
    return new TimerFactory();
  }

  @Override
  protected Configuration configuration() {
    return new Configuration(2, 2, 8, 16, 0, "gelu");
  }

  @Override
  protected Frame frame() {
    return Frame.of(ConditionSpace.NONE)
        .with(new Sequence(SLOTS), new TokenSpace.Continuous(PATCH));
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

  @Override
  protected Map<String, Configuration> refused() {
    return Map.of(
        "layers", new Configuration(0, 2, 8, 16, 0, "gelu"),
        "heads", new Configuration(2, 0, 8, 16, 0, "gelu"),
        "width", new Configuration(2, 3, 8, 16, 0, "gelu"),
        "mlp", new Configuration(2, 2, 8, 0, 0, "gelu"),
        "positions", new Configuration(2, 2, 8, 16, SLOTS - 2, "gelu"),
        "activation", new Configuration(2, 2, 8, 16, 0, "tanh"));
  }

  private Canvas canvas(int slots) {
    float[] vectors = new float[slots * PATCH];
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] = (float) Math.sin(i * i);
    }
    return Canvas.ofVectors(new Sequence(slots), new TokenSpace.Continuous(PATCH), 1, vectors);
  }

  private BackboneContext open(Canvas canvas, List<Stream> streams, Condition condition) {
    return part()
        .open(new ContextRequest(canvas, streams, List.of(condition), null, scope().manager()));
  }

  private float[] next(Canvas canvas, int slot) {
    try (BackboneContext context = open(canvas, streams(), Condition.NONE)) {
      Step step = Step.settle(0, Slots.shared(slot));
      return context.forward(step, canvas, scope().manager()).states().toFloatArray();
    }
  }

  @Test
  @DisplayName("Patches that are not known are seen as zeros when taught")
  void gapsAreZeros() throws Exception {
    onEngine(
        () -> {
          Canvas gap = canvas(4);
          float[] zeroed = gap.vectors();
          Arrays.fill(zeroed, PATCH, 2 * PATCH, 0f);
          Canvas zeros =
              Canvas.ofVectors(new Sequence(4), new TokenSpace.Continuous(PATCH), 1, zeroed);
          float[] found = next(zeros, 3);
          NDArray tokens = scope().manager().create(gap.vectors(), new Shape(1, 4, PATCH));
          NDArray levels = scope().manager().create(new float[][] {{1, 0, 1, 1}});
          Lesson lesson =
              new Lesson(
                  tokens,
                  new Exposure(levels, null),
                  List.of(Condition.NONE),
                  null,
                  scope().manager());
          float[] taught = part().teach(lesson).get("0, 3").toFloatArray();
          for (int i = 0; i < found.length; i++) {
            assertThat(found[i]).isCloseTo(taught[i], within(1e-5f));
          }
        });
  }

  @Test
  @DisplayName("A shorter series is what the beginning of a longer one is")
  void shorterCanvases() throws Exception {
    onEngine(() -> assertThat(next(canvas(3), 2)).isEqualTo(next(canvas(SLOTS), 2)));
  }

  @Test
  @DisplayName("6 Says no clearly: orders, lengths, streams and conditions that it cannot serve")
  void refusesWhatItCannotServe() throws Exception {
    onEngine(
        () -> {
          Canvas canvas = canvas(SLOTS);
          assertThatThrownBy(() -> next(canvas, 0))
              .isInstanceOf(PartException.class)
              .hasMessageContaining("before the first that is predicted");
          try (BackboneContext context = open(canvas, streams(), Condition.NONE)) {
            Step scattered = Step.settle(0, Slots.shared(1, 3));
            assertThatThrownBy(() -> context.forward(scattered, canvas, scope().manager()))
                .isInstanceOf(PartException.class)
                .hasMessageContaining("consecutive");
          }
          assertThatThrownBy(() -> open(canvas(SLOTS + 1), streams(), Condition.NONE))
              .isInstanceOf(PartException.class)
              .hasMessageContaining("at most 6 patches");
          assertThatThrownBy(() -> open(canvas, streams(), new Condition.Label(0)))
              .isInstanceOf(PartException.class)
              .hasMessageContaining("condition");
          List<Stream> two = List.of(Stream.CONDITIONAL, Stream.UNCONDITIONAL);
          assertThatThrownBy(() -> open(canvas, two, Condition.NONE))
              .isInstanceOf(PartException.class)
              .hasMessageContaining("streams");
        });
  }
}
