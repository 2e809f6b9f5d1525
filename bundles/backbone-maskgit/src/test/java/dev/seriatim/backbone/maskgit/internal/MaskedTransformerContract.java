package dev.seriatim.backbone.maskgit.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Grid;
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
import dev.seriatim.testkit.BackboneContract;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

abstract class MaskedTransformerContract extends BackboneContract<NetworkSize> {
  private static final int SLOTS = 8;
  private static final int VOCABULARY = 13;

  private final PartFactory<Backbone, NetworkSize> factory;

  MaskedTransformerContract(PartFactory<Backbone, NetworkSize> factory) {
    this.factory = factory;
  }

  @Override
  protected PartFactory<Backbone, NetworkSize> factory() {
    return factory;
  }

  @Override
  protected NetworkSize configuration() {
    return new NetworkSize(4, 2, 16, 24);
  }

  @Override
  protected Frame frame() {
    return Frame.of(new ConditionSpace(List.of("a", "b", "c"), false))
        .with(new Grid(2, 4), new TokenSpace.Discrete(VOCABULARY, 1));
  }

  /** Random parts of a random order. */
  @Override
  protected List<Slots> path(Random random) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, SLOTS).boxed().toList());
    Collections.shuffle(order, random);
    List<Slots> path = new ArrayList<>();
    for (int done = 0; done < SLOTS; ) {
      int end = Math.min(SLOTS, done + 1 + random.nextInt(3));
      path.add(
          Slots.shared(order.subList(done, end).stream().mapToInt(Integer::intValue).toArray()));
      done = end;
    }
    return path;
  }

  private NDArray teach(long[] ids, float[] levels, Condition condition) {
    NDArray tokens = scope().manager().create(ids, new Shape(1, SLOTS, 1));
    Exposure exposure =
        levels == null
            ? Exposure.OWN_ORDER
            : new Exposure(scope().manager().create(levels, new Shape(1, SLOTS)), null);
    return part().teach(new Lesson(tokens, exposure, List.of(condition), null, scope().manager()));
  }

  private static void assertClose(float[] actual, float[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      assertThat(actual[i]).isCloseTo(expected[i], within(1e-5f));
    }
  }

  @Test
  @DisplayName("What is unknown is not seen, what is settled is seen from everywhere")
  void masks() throws Exception {
    onEngine(
        () -> {
          long[] ids = new Random(1).longs(SLOTS, 0, VOCABULARY).toArray();
          long[] others = ids.clone();
          others[3] = (ids[3] + 1) % VOCABULARY;
          float[] levels = {1, 0, 1, 0, 0, 1, 0, 0};
          float[] first = teach(ids, levels, new Condition.Label(1)).toFloatArray();
          assertThat(teach(others, levels, new Condition.Label(1)).toFloatArray()).isEqualTo(first);
          levels[3] = 1;
          float[] seen = teach(ids, levels, new Condition.Label(1)).toFloatArray();
          float[] changed = teach(others, levels, new Condition.Label(1)).toFloatArray();
          for (int slot = 0; slot < SLOTS; slot++) {
            assertThat(changed[slot * 16]).isNotEqualTo(seen[slot * 16]);
          }
          assertThat(teach(ids, levels, Condition.NONE).toFloatArray()).isNotEqualTo(seen);
        });
  }

  @Test
  @DisplayName("A lesson without levels shows nothing")
  void nothingKnown() throws Exception {
    onEngine(
        () ->
            assertThat(teach(new long[SLOTS], null, Condition.NONE).toFloatArray())
                .isEqualTo(
                    teach(new long[SLOTS], new float[SLOTS], Condition.NONE).toFloatArray()));
  }

  @Test
  @DisplayName("The gradient reaches every weight")
  void everyWeightIsTrained() throws Exception {
    onEngine(
        () -> {
          long[] ids = new Random(2).longs(SLOTS, 0, VOCABULARY).toArray();
          float[] levels = {1, 0, 1, 0, 0, 1, 0, 0};
          NDList gradients =
              engine()
                  .differentiate(
                      weights(),
                      scope(),
                      () ->
                          teach(ids, levels, new Condition.Label(0))
                              .get(":, :, :8")
                              .square()
                              .sum());
          for (int i = 1; i < gradients.size(); i++) {
            assertThat(gradients.get(i).abs().sum().toFloatArray()[0])
                .as("gradient of %s", weights().names().get(i - 1))
                .isPositive();
          }
        });
  }

  @Test
  @DisplayName("Samples may have different slots predicted")
  void slotsPerSample() throws Exception {
    onEngine(
        () -> {
          Canvas canvas = Canvas.blank(frame().layout(), frame().tokens(), 2);
          canvas.write(Slots.perSample(new int[][] {{1, 2}, {7, 0}}), 1f, new long[] {3, 4, 5, 6});
          List<Condition> conditions = List.of(new Condition.Label(2), Condition.NONE);
          try (BackboneContext context = open(canvas, conditions)) {
            Slots slots = Slots.perSample(new int[][] {{0, 5}, {6, 2}});
            float[] states =
                context
                    .forward(Step.settle(0, slots), canvas, scope().manager())
                    .states()
                    .toFloatArray();
            float[] one =
                teach(
                        new long[] {0, 3, 4, 0, 0, 0, 0, 0},
                        new float[] {0, 1, 1, 0, 0, 0, 0, 0},
                        conditions.get(0))
                    .get("0, 5")
                    .toFloatArray();
            float[] two =
                teach(
                        new long[] {6, 0, 0, 0, 0, 0, 0, 5},
                        new float[] {1, 0, 0, 0, 0, 0, 0, 1},
                        conditions.get(1))
                    .get("0, 6")
                    .toFloatArray();
            assertClose(java.util.Arrays.copyOfRange(states, 16, 32), one);
            assertClose(java.util.Arrays.copyOfRange(states, 32, 48), two);
          }
        });
  }

  @Test
  @DisplayName("6 Says no clearly: conditions, canvases and tokens that it cannot take")
  void refusesWhatItCannotTake() throws Exception {
    onEngine(
        () -> {
          Canvas canvas = Canvas.blank(frame().layout(), frame().tokens(), 1);
          assertThatThrownBy(() -> open(canvas, List.of(new Condition.Label(3))))
              .isInstanceOf(PartException.class)
              .hasMessageContaining("0 to 2");
          Canvas wide = Canvas.blank(new Grid(4, 2), frame().tokens(), 1);
          assertThatThrownBy(() -> open(wide, List.of(Condition.NONE)))
              .isInstanceOf(PartException.class)
              .hasMessageContaining("layout");
        });
    Frame two = frame().with(new Grid(2, 4), new TokenSpace.Discrete(VOCABULARY, 2));
    assertThatThrownBy(() -> factory().blueprint(configuration(), two))
        .isInstanceOf(PartException.class)
        .hasMessageContaining("codebook");
  }

  private BackboneContext open(Canvas canvas, List<Condition> conditions) {
    return part()
        .open(
            new ContextRequest(
                canvas, List.of(Stream.CONDITIONAL), conditions, null, scope().manager()));
  }
}
