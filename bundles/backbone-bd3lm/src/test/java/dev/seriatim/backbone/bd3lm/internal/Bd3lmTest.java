package dev.seriatim.backbone.bd3lm.internal;

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
import dev.seriatim.api.part.KernelPart;
import dev.seriatim.api.part.Lesson;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.Step;
import dev.seriatim.api.part.Stream;
import dev.seriatim.api.weights.Parameter;
import dev.seriatim.backbone.bd3lm.internal.Bd3lmFactory.Configuration;
import dev.seriatim.testkit.BackboneContract;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class Bd3lmTest extends BackboneContract<Configuration> {
  private static final int SLOTS = 11;
  private static final int BLOCK = 4;
  private static final int VOCABULARY = 13;
  private static final int MASK = VOCABULARY - 1;
  private static final int WIDTH = 16;

  @Override
  protected PartFactory<Backbone, Configuration> factory() {
    return new Bd3lmFactory();
  }

  @Override
  protected Configuration configuration() {
    return of(2, 2, WIDTH, 24, 6, BLOCK, MASK, 8);
  }

  private static Configuration of(
      int layers, int heads, int width, int mlp, int condition, int block, int mask, int noise) {
    return new Configuration(layers, heads, width, mlp, condition, block, mask, false, noise);
  }

  @Override
  protected Frame frame() {
    return Frame.of(ConditionSpace.NONE)
        .with(new Sequence(SLOTS), new TokenSpace.Discrete(VOCABULARY, 1));
  }

  /** Modulations start at zero, and would hide the blocks. */
  @Override
  protected List<Parameter> parameters() {
    return awake(super.parameters());
  }

  @Override
  protected Map<String, Configuration> refused() {
    return Map.of(
        "layers", of(0, 2, WIDTH, 24, 6, BLOCK, MASK, 8),
        "heads", of(2, 0, WIDTH, 24, 6, BLOCK, MASK, 8),
        "width", of(2, 16, WIDTH, 24, 6, BLOCK, MASK, 8),
        "mlp-width", of(2, 2, WIDTH, 0, 6, BLOCK, MASK, 8),
        "condition-width", of(2, 2, WIDTH, 24, 0, BLOCK, MASK, 8),
        "block-size", of(2, 2, WIDTH, 24, 6, SLOTS + 1, MASK, 8),
        "mask-id", of(2, 2, WIDTH, 24, 6, BLOCK, VOCABULARY, 8),
        "frequency-width", of(2, 2, WIDTH, 24, 6, BLOCK, MASK, 7));
  }

  /** Block after block; the slots of a block in runs of a random order, of each sample's own. */
  @Override
  protected List<Slots> path(Random random) {
    List<Slots> path = new ArrayList<>();
    for (int first = 0; first < SLOTS; first += BLOCK) {
      List<List<Integer>> orders = new ArrayList<>();
      for (int sample = 0; sample < 3; sample++) {
        int end = Math.min(first + BLOCK, SLOTS);
        List<Integer> order = new ArrayList<>(IntStream.range(first, end).boxed().toList());
        Collections.shuffle(order, random);
        orders.add(order);
      }
      int left = orders.get(0).size();
      while (left > 0) {
        int count = 1 + random.nextInt(left);
        int[][] rows = new int[3][];
        for (int sample = 0; sample < 3; sample++) {
          List<Integer> run = orders.get(sample).subList(0, count);
          rows[sample] = run.stream().mapToInt(slot -> slot).toArray();
          run.clear();
        }
        path.add(Slots.perSample(rows));
        left -= count;
      }
    }
    return path;
  }

  private BackboneContext open(Canvas canvas, List<Stream> streams) {
    return part()
        .open(
            new ContextRequest(
                canvas,
                streams,
                Collections.nCopies(canvas.samples(), Condition.NONE),
                null,
                scope().manager()));
  }

  private static Canvas canvas(int slots, long[]... prompts) {
    Canvas canvas =
        Canvas.blank(new Sequence(slots), new TokenSpace.Discrete(VOCABULARY, 1), prompts.length);
    for (int sample = 0; sample < prompts.length; sample++) {
      canvas.settle(sample, 0, prompts[sample]);
    }
    return canvas;
  }

  private float[] forward(BackboneContext context, Slots slots, Canvas canvas) {
    return context
        .forward(Step.settle(0, slots), canvas, scope().manager())
        .states()
        .toFloatArray();
  }

  private static void assertClose(float[] actual, float[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      assertThat(actual[i]).isCloseTo(expected[i], within(1e-5f));
    }
  }

  @Test
  @DisplayName("In training a block sees itself as it is shown, and the truth of the blocks before")
  void seesTheTruthOfEarlierBlocks() throws Exception {
    onEngine(
        () -> {
          long[] ids = new Random(1).longs(SLOTS, 0, MASK).toArray();
          int changed = 5;
          float[] levels = new float[SLOTS];
          NDArray[] states = new NDArray[2];
          for (int i = 0; i < 2; i++) {
            ids[changed] = i;
            NDArray tokens = scope().manager().create(ids, new Shape(1, SLOTS, 1));
            Exposure exposure =
                new Exposure(scope().manager().create(levels, new Shape(1, SLOTS)), null);
            states[i] =
                part()
                    .teach(
                        new Lesson(
                            tokens, exposure, List.of(Condition.NONE), null, scope().manager()));
          }
          float[] far = states[0].sub(states[1]).abs().squeeze(0).max(new int[] {1}).toFloatArray();
          for (int slot = 0; slot < SLOTS; slot++) {
            // Nothing is shown of the own block; later blocks see what the slot really holds.
            assertThat(far[slot] > 0).as("slot %d", slot).isEqualTo(slot >= 2 * BLOCK);
          }
        });
  }

  @Test
  @DisplayName("A canvas may be shorter than the longest sequence, and its last block too")
  void shortCanvas() throws Exception {
    onEngine(
        () -> {
          Canvas shorter = canvas(6, new long[] {1, 2, 3, 4});
          Canvas whole = canvas(SLOTS, new long[] {1, 2, 3, 4});
          whole.end(0, 6);
          Slots last = Slots.range(4, 6);
          try (BackboneContext alone = open(shorter, List.of(Stream.CONDITIONAL));
              BackboneContext ended = open(whole, List.of(Stream.CONDITIONAL))) {
            assertClose(forward(alone, last, shorter), forward(ended, last, whole));
          }
        });
  }

  @Test
  @DisplayName("2 Batch-invariant: samples may be in different blocks, and end at different slots")
  void raggedBatch() throws Exception {
    onEngine(
        () -> {
          long[] brief = {1, 2, 3, 4, 5};
          long[] lengthy = {6, 7, 8, 9, 10, 11, 1, 2, 3};
          Canvas batch = canvas(SLOTS, brief, lengthy);
          batch.end(0, 7);
          Slots both = Slots.perSample(new int[][] {{5, 6}, {9, 10}});
          Canvas first = canvas(7, brief);
          Canvas second = canvas(SLOTS, lengthy);
          try (BackboneContext together = open(batch, List.of(Stream.CONDITIONAL));
              BackboneContext one = open(first, List.of(Stream.CONDITIONAL));
              BackboneContext two = open(second, List.of(Stream.CONDITIONAL))) {
            float[] states = forward(together, both, batch);
            int half = states.length / 2;
            assertClose(Arrays.copyOf(states, half), forward(one, Slots.shared(5, 6), first));
            assertClose(
                Arrays.copyOfRange(states, half, 2 * half),
                forward(two, Slots.shared(9, 10), second));
          }
        });
  }

  @Test
  @DisplayName("What has not changed is not computed again, and what has is")
  void statesOfTheSameCanvas() throws Exception {
    onEngine(
        () -> {
          Canvas canvas = canvas(SLOTS, new long[] {1, 2, 3, 4});
          Slots block = Slots.range(4, 8);
          try (BackboneContext context = open(canvas, List.of(Stream.CONDITIONAL))) {
            float[] before = forward(context, block, canvas);
            assertThat(forward(context, block, canvas)).isEqualTo(before);
            canvas.write(Slots.shared(6), 1f, new long[] {9});
            assertThat(forward(context, block, canvas)).isNotEqualTo(before);
            canvas.withdraw(0, 6);
            canvas.withdraw(0, 1);
            canvas.write(Slots.shared(1), 1f, new long[] {7});
            context.rollback(canvas.drainWithdrawn());
            Canvas same = canvas(SLOTS, new long[] {1, 7, 3, 4});
            try (BackboneContext fresh = open(same, List.of(Stream.CONDITIONAL))) {
              assertClose(forward(context, block, canvas), forward(fresh, block, same));
            }
          }
        });
  }

  @Test
  @DisplayName("The unconditional stream is shown the mask in the place of the prompt")
  void unconditionalStream() throws Exception {
    onEngine(
        () -> {
          Canvas canvas = canvas(SLOTS, new long[] {1, 2, 3, 4, 5});
          Canvas masked = canvas(SLOTS, new long[] {MASK, MASK, MASK, MASK});
          Slots next = Slots.range(5, 8);
          try (BackboneContext both =
                  open(canvas, List.of(Stream.CONDITIONAL, Stream.UNCONDITIONAL));
              BackboneContext without = open(masked, List.of(Stream.CONDITIONAL))) {
            float[] states = forward(both, next, canvas);
            assertClose(
                Arrays.copyOfRange(states, states.length / 2, states.length),
                forward(without, next, masked));
          }
        });
  }

  @Test
  @DisplayName(
      "6 Says no clearly: a block after one that is not finished, a canvas that is too long")
  void refusals() throws Exception {
    onEngine(
        () -> {
          Canvas canvas = canvas(SLOTS, new long[] {1, 2});
          try (BackboneContext context = open(canvas, List.of(Stream.CONDITIONAL))) {
            assertThatThrownBy(() -> forward(context, Slots.range(4, 6), canvas))
                .isInstanceOf(PartException.class)
                .hasMessageContaining("slots of earlier blocks to be settled")
                .hasMessageContaining("slot 2 unknown");
          }
          Canvas tooLong = canvas(SLOTS + 1, new long[] {1});
          assertThatThrownBy(() -> open(tooLong, List.of(Stream.CONDITIONAL)))
              .isInstanceOf(PartException.class)
              .hasMessageContaining("at most " + SLOTS);
        });
  }

  @Test
  @DisplayName("A network that is told the time needs steps that say it")
  void timeConditioning() throws Exception {
    onEngine(
        () -> {
          Configuration timed = new Configuration(2, 2, WIDTH, 24, 6, BLOCK, MASK, true, 8);
          try (Backbone backbone = factory().blueprint(timed, frame()).build(engine(), weights())) {
            NDArray early =
                ((KernelPart) backbone)
                    .kernel()
                    .callForOne(
                        scope().manager(),
                        "noise",
                        scope().manager().create(new float[] {0.5f, 1f}, new Shape(2, 1)));
            assertThat(early.toFloatArray()[0]).isCloseTo(0.693147f, within(1e-5f));
            assertThat(early.toFloatArray()[1]).isCloseTo(6.907755f, within(1e-3f));
            Canvas canvas = canvas(SLOTS, new long[] {1, 2});
            List<Condition> none = List.of(Condition.NONE);
            try (BackboneContext context =
                backbone.open(
                    new ContextRequest(
                        canvas, List.of(Stream.CONDITIONAL), none, null, scope().manager()))) {
              assertThatThrownBy(() -> forward(context, Slots.range(2, 4), canvas))
                  .isInstanceOf(PartException.class)
                  .hasMessageContaining("mask-rate");
            }
          }
        });
  }
}
