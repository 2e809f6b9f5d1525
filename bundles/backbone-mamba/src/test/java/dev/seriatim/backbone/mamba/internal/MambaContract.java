package dev.seriatim.backbone.mamba.internal;

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
import dev.seriatim.api.weights.Parameter;
import dev.seriatim.backbone.mamba.internal.MambaFactory.Configuration;
import dev.seriatim.testkit.BackboneContract;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What Mamba keeps, with and without biases. */
abstract class MambaContract extends BackboneContract<Configuration> {
  private static final int VOCABULARY = 13;

  @Override
  protected PartFactory<Backbone, Configuration> factory() {
    return new MambaFactory();
  }

  @Override
  protected Frame frame() {
    return Frame.of(new ConditionSpace(List.of(), true))
        .with(new Sequence(9), new TokenSpace.Discrete(VOCABULARY, 1));
  }

  @Override
  protected List<Parameter> parameters() {
    return awake(super.parameters());
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
        "layers", new Configuration(0, 12, 0, 16, 4, 0, false, true, 1e-5),
        "width", new Configuration(2, 0, 0, 16, 4, 0, false, true, 1e-5),
        "inner", new Configuration(2, 12, -1, 16, 4, 0, false, true, 1e-5),
        "state", new Configuration(2, 12, 0, 0, 4, 0, false, true, 1e-5),
        "convolution", new Configuration(2, 12, 0, 16, 0, 0, false, true, 1e-5),
        "rank", new Configuration(2, 12, 0, 16, 4, -1, false, true, 1e-5),
        "norm-eps", new Configuration(2, 12, 0, 16, 4, 0, false, true, 0));
  }

  private Canvas blank(int slots, int samples) {
    return Canvas.blank(new Sequence(slots), frame().tokens(), samples);
  }

  private BackboneContext open(Canvas canvas, List<Stream> streams) {
    List<Condition> none = Collections.nCopies(canvas.samples(), Condition.NONE);
    return part().open(new ContextRequest(canvas, streams, none, null, scope().manager()));
  }

  private float[] states(BackboneContext context, Slots slots, Canvas canvas) {
    return context
        .forward(Step.settle(0, slots), canvas, scope().manager())
        .states()
        .toFloatArray();
  }

  /** The state that predicts a slot of a single sample, by teaching. */
  private float[] taught(Canvas canvas, int slot) {
    int slots = canvas.layout().slots();
    NDArray tokens = scope().manager().create(canvas.ids(), new Shape(1, slots, 1));
    Lesson lesson =
        new Lesson(tokens, Exposure.OWN_ORDER, List.of(Condition.NONE), null, scope().manager());
    return part().teach(lesson).get("0, {}", slot).toFloatArray();
  }

  private static void close(float[] found, float[] expected) {
    assertThat(found).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat(found[i]).isCloseTo(expected[i], within(1e-4f));
    }
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
          try (BackboneContext context = open(canvas, streams())) {
            for (int slot = 1; slot < 8; slot++) {
              float[] batch = states(context, Slots.shared(slot), canvas);
              int width = batch.length / prompts.length;
              for (int sample = 0; sample < prompts.length; sample++) {
                float[] its = new float[width];
                System.arraycopy(batch, sample * width, its, 0, width);
                close(its, taught(canvas.sample(sample), slot));
              }
              canvas.write(Slots.shared(slot), 1f, new long[] {slot, slot + 1L, slot + 2L});
            }
          }
        });
  }

  @Test
  @DisplayName("3 Cache-exact: a long prompt in pieces, and back to slots long ago")
  void longTexts() throws Exception {
    Random random = new Random(11);
    onEngine(
        () -> {
          int slots = 1300;
          Canvas canvas = blank(slots, 1);
          canvas.settle(0, 0, random.longs(slots - 1L, 0, VOCABULARY).toArray());
          try (BackboneContext context = open(canvas, streams())) {
            close(states(context, Slots.shared(slots - 1), canvas), taught(canvas, slots - 1));
            for (int back : new int[] {slots - 5, 1250, 700, 30, 3}) {
              for (int slot = back; slot < slots - 1; slot++) {
                canvas.withdraw(0, slot);
              }
              context.rollback(canvas.drainWithdrawn());
              canvas.settle(0, back, random.longs(slots - 1L - back, 0, VOCABULARY).toArray());
              close(states(context, Slots.shared(slots - 1), canvas), taught(canvas, slots - 1));
            }
            // Slots that it is past may be predicted again.
            close(states(context, Slots.shared(900), canvas), taught(canvas, 900));
          }
        });
  }

  @Test
  @DisplayName("6 Says no clearly: no beginning, unknown slots, a stream without a condition")
  void refusesWhatItCannotServe() throws Exception {
    onEngine(
        () -> {
          Canvas canvas = blank(8, 1);
          try (BackboneContext context = open(canvas, streams())) {
            assertThatThrownBy(() -> states(context, Slots.shared(0), canvas))
                .isInstanceOf(PartException.class)
                .hasMessageContaining("prompt");
            assertThatThrownBy(() -> states(context, Slots.shared(2), canvas))
                .isInstanceOf(PartException.class)
                .hasMessageContaining("slot 0 unknown");
            assertThatThrownBy(() -> states(context, Slots.shared(1, 3), canvas))
                .isInstanceOf(PartException.class)
                .hasMessageContaining("consecutive");
          }
          List<Stream> both = List.of(Stream.CONDITIONAL, Stream.UNCONDITIONAL);
          assertThatThrownBy(() -> open(canvas, both))
              .isInstanceOf(PartException.class)
              .hasMessageContaining("streams");
        });
  }
}
