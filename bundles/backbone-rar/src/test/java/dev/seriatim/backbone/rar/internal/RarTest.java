package dev.seriatim.backbone.rar.internal;

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
import dev.seriatim.api.weights.Parameter;
import dev.seriatim.backbone.rar.internal.RarFactory.Configuration;
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

class RarTest extends BackboneContract<Configuration> {
  private static final int SLOTS = 8;
  private static final int VOCABULARY = 13;
  private static final int WIDTH = 16;

  @Override
  protected PartFactory<Backbone, Configuration> factory() {
    return new RarFactory();
  }

  @Override
  protected Configuration configuration() {
    return new Configuration(2, 2, WIDTH, 24, 0, 0);
  }

  @Override
  protected Frame frame() {
    return Frame.of(new ConditionSpace(List.of("a", "b", "c"), false))
        .with(new Grid(2, 4), new TokenSpace.Discrete(VOCABULARY, 1));
  }

  /** Modulations start at zero, and would hide the blocks. */
  @Override
  protected List<Parameter> parameters() {
    return awake(super.parameters());
  }

  @Override
  protected Map<String, Configuration> refused() {
    return Map.of(
        "layers", new Configuration(0, 2, WIDTH, 24, 0, 0),
        "heads", new Configuration(2, 0, WIDTH, 24, 0, 0),
        "width", new Configuration(2, 3, WIDTH, 24, 0, 0),
        "mlp-width", new Configuration(2, 2, WIDTH, 0, 0, 0),
        "position-rows", new Configuration(2, 2, WIDTH, 24, SLOTS + 1, 0),
        "time-rows", new Configuration(2, 2, WIDTH, 24, 0, SLOTS));
  }

  private static List<Integer> shuffled(Random random) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, SLOTS).boxed().toList());
    Collections.shuffle(order, random);
    return order;
  }

  /** One slot after the other in a random order. */
  @Override
  protected List<Slots> path(Random random) {
    return shuffled(random).stream().map(slot -> Slots.shared(slot)).toList();
  }

  @Override
  protected int[] order(List<Slots> path) {
    return path.stream().flatMapToInt(slots -> IntStream.of(slots.of(0))).toArray();
  }

  private BackboneContext open(Canvas canvas, List<Condition> conditions) {
    return part()
        .open(
            new ContextRequest(
                canvas, List.of(Stream.CONDITIONAL), conditions, null, scope().manager()));
  }

  private Canvas blank(int samples) {
    return Canvas.blank(frame().layout(), frame().tokens(), samples);
  }

  /** Uncached states of one sample in an order, [slot, width]. */
  private NDArray teach(long[] ids, List<Integer> order, Condition condition) {
    NDArray tokens = scope().manager().create(ids, new Shape(1, SLOTS, 1));
    NDArray slots =
        scope()
            .manager()
            .create(order.stream().mapToLong(slot -> slot).toArray(), new Shape(1, SLOTS));
    return part()
        .teach(
            new Lesson(
                tokens, new Exposure(null, slots), List.of(condition), null, scope().manager()))
        .squeeze(0);
  }

  private float[] forward(BackboneContext context, int index, Slots slots, Canvas canvas) {
    return context
        .forward(Step.settle(index, slots), canvas, scope().manager())
        .states()
        .toFloatArray();
  }

  private static void assertClose(float[] actual, int from, NDArray expected) {
    float[] values = expected.toFloatArray();
    for (int i = 0; i < values.length; i++) {
      assertThat(actual[from + i]).isCloseTo(values[i], within(1e-5f));
    }
  }

  @Test
  @DisplayName("3 Cache-exact: each sample in an order of its own")
  void orderPerSample() throws Exception {
    Random random = new Random(1);
    onEngine(
        () -> {
          List<List<Integer>> orders = List.of(shuffled(random), shuffled(random));
          List<Condition> conditions = List.of(new Condition.Label(1), Condition.NONE);
          long[][] ids = {
            random.longs(SLOTS, 0, VOCABULARY).toArray(),
            random.longs(SLOTS, 0, VOCABULARY).toArray()
          };
          Canvas canvas = blank(2);
          try (BackboneContext context = open(canvas, conditions)) {
            for (int k = 0; k < SLOTS; k++) {
              int first = orders.get(0).get(k);
              int second = orders.get(1).get(k);
              Slots slots = Slots.perSample(new int[][] {{first}, {second}});
              float[] states = forward(context, k, slots, canvas);
              assertClose(states, 0, teach(ids[0], orders.get(0), conditions.get(0)).get(first));
              assertClose(
                  states, WIDTH, teach(ids[1], orders.get(1), conditions.get(1)).get(second));
              canvas.write(slots, 1f, new long[] {ids[0][first], ids[1][second]});
            }
          }
        });
  }

  @Test
  @DisplayName("2 Batch-invariant: samples of which different parts are known")
  void partlyKnownSamples() throws Exception {
    Random random = new Random(2);
    onEngine(
        () -> {
          long[][] ids = {
            random.longs(SLOTS, 0, VOCABULARY).toArray(),
            random.longs(SLOTS, 0, VOCABULARY).toArray()
          };
          List<Condition> conditions = List.of(new Condition.Label(0), new Condition.Label(2));
          Canvas canvas = blank(2);
          for (int slot : new int[] {2, 5, 6}) {
            canvas.write(Slots.shared(slot), 1f, new long[] {ids[0][slot], ids[1][slot]});
            canvas.withdraw(0, slot);
          }
          canvas.drainWithdrawn();
          List<Integer> raster = IntStream.range(0, SLOTS).boxed().toList();
          List<Integer> knownFirst = List.of(2, 5, 6, 0, 1, 3, 4, 7);
          try (BackboneContext context = open(canvas, conditions)) {
            for (int slot = 0; slot < SLOTS; slot++) {
              float[] states = forward(context, slot, Slots.shared(slot), canvas);
              assertClose(states, 0, teach(ids[0], raster, conditions.get(0)).get(slot));
              if (!canvas.isSettled(1, slot)) {
                assertClose(states, WIDTH, teach(ids[1], knownFirst, conditions.get(1)).get(slot));
              }
              canvas.write(Slots.shared(slot), 1f, new long[] {ids[0][slot], ids[1][slot]});
            }
          }
        });
  }

  @Test
  @DisplayName("Proposed tokens are seen together, and forgotten unless they settle")
  void verifiesProposals() throws Exception {
    Random random = new Random(3);
    onEngine(
        () -> {
          long[] ids = random.longs(SLOTS, 0, VOCABULARY).toArray();
          List<Integer> order = List.of(3, 1, 6, 0, 2, 4, 5, 7);
          Canvas canvas = blank(1);
          canvas.write(Slots.shared(3), 1f, new long[] {ids[3]});
          canvas.write(Slots.shared(1, 6), 0.5f, new long[] {ids[1], ids[6]});
          try (BackboneContext context = open(canvas, List.of(Condition.NONE))) {
            Slots three = Slots.shared(1, 6, 0);
            float[] states = forward(context, 0, three, canvas);
            for (int i = 0; i < 3; i++) {
              assertClose(
                  states, i * WIDTH, teach(ids, order, Condition.NONE).get(three.slot(0, i)));
            }
            // Another token settles than was proposed.
            ids[1] = (ids[1] + 1) % VOCABULARY;
            canvas.setLevel(0, 1, 0);
            canvas.write(Slots.shared(1), 1f, new long[] {ids[1]});
            float[] next = forward(context, 1, Slots.shared(6), canvas);
            assertClose(next, 0, teach(ids, order, Condition.NONE).get(6));
          }
        });
  }

  @Test
  @DisplayName("Unknown slots of one step are predicted each for itself")
  void predictsApart() throws Exception {
    Random random = new Random(8);
    onEngine(
        () -> {
          long[] ids = random.longs(SLOTS, 0, VOCABULARY).toArray();
          Canvas canvas = blank(2);
          List<Condition> conditions = List.of(new Condition.Label(1), Condition.NONE);
          int[][] known = {{3, 1, 6}, {5}};
          for (int sample = 0; sample < 2; sample++) {
            for (int slot : known[sample]) {
              canvas.settle(sample, slot, new long[] {ids[slot]});
            }
          }
          int[][] asked = {{4, 0, 2}, {7, 1, 2}};
          try (BackboneContext context = open(canvas, conditions)) {
            float[] states = forward(context, 0, Slots.perSample(asked), canvas);
            for (int i = 0; i < 6; i++) {
              // Slots that are settled at once come in the order of their numbers.
              List<Integer> order =
                  new ArrayList<>(IntStream.of(known[i / 3]).sorted().boxed().toList());
              int slot = asked[i / 3][i % 3];
              order.add(slot);
              IntStream.range(0, SLOTS).filter(s -> !order.contains(s)).forEach(order::add);
              assertClose(states, i * WIDTH, teach(ids, order, conditions.get(i / 3)).get(slot));
            }
            // The next step goes on from what is settled.
            canvas.settle(0, 0, new long[] {ids[0]});
            float[] next = forward(context, 1, Slots.perSample(new int[][] {{4}, {7}}), canvas);
            List<Integer> order = List.of(1, 3, 6, 0, 4, 2, 5, 7);
            assertClose(next, 0, teach(ids, order, conditions.get(0)).get(4));
          }
        });
  }

  @Test
  @DisplayName("A lesson without an order takes the slots by their numbers")
  void ownOrder() throws Exception {
    onEngine(
        () -> {
          long[] ids = new Random(4).longs(SLOTS, 0, VOCABULARY).toArray();
          NDArray tokens = scope().manager().create(ids, new Shape(1, SLOTS, 1));
          NDArray own =
              part()
                  .teach(
                      new Lesson(
                          tokens,
                          Exposure.OWN_ORDER,
                          List.of(Condition.NONE),
                          null,
                          scope().manager()));
          List<Integer> raster = IntStream.range(0, SLOTS).boxed().toList();
          assertThat(own.toFloatArray())
              .isEqualTo(teach(ids, raster, Condition.NONE).toFloatArray());
        });
  }

  @Test
  @DisplayName("A token is not seen by the slots before it in the order")
  void causal() throws Exception {
    onEngine(
        () -> {
          List<Integer> order = List.of(3, 1, 6, 0, 2, 4, 5, 7);
          long[] ids = new Random(5).longs(SLOTS, 0, VOCABULARY).toArray();
          NDArray before = teach(ids, order, new Condition.Label(0));
          ids[6] = (ids[6] + 1) % VOCABULARY;
          NDArray after = teach(ids, order, new Condition.Label(0));
          for (int k = 0; k < SLOTS; k++) {
            int slot = order.get(k);
            boolean same =
                Arrays.equals(before.get(slot).toFloatArray(), after.get(slot).toFloatArray());
            assertThat(same).as("slot %d", slot).isEqualTo(k <= 2);
          }
        });
  }

  @Test
  @DisplayName("The gradient reaches every weight")
  void everyWeightIsTrained() throws Exception {
    onEngine(
        () -> {
          long[] ids = new Random(6).longs(SLOTS, 0, VOCABULARY).toArray();
          NDList gradients =
              engine()
                  .differentiate(
                      weights(),
                      scope(),
                      () ->
                          teach(ids, shuffled(new Random(7)), new Condition.Label(0))
                              .get(":, :8")
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
  @DisplayName("6 Says no clearly: steps, conditions and tokens that it cannot take")
  void refusesWhatItCannotTake() throws Exception {
    onEngine(
        () -> {
          Canvas canvas = blank(1);
          try (BackboneContext context = open(canvas, List.of(Condition.NONE))) {
            canvas.write(Slots.shared(5), 0.5f, new long[] {1});
            assertThatThrownBy(() -> forward(context, 0, Slots.shared(5, 4, 2), canvas))
                .isInstanceOf(PartException.class)
                .hasMessageContaining("slot 4 unknown");
            assertThatThrownBy(() -> forward(context, 0, Slots.shared(4, 5, 2), canvas))
                .isInstanceOf(PartException.class)
                .hasMessageContaining("slot 5 proposed");
          }
          assertThatThrownBy(() -> open(canvas, List.of(new Condition.Text("a fish"))))
              .isInstanceOf(PartException.class)
              .hasMessageContaining("condition");
        });
    Frame two = frame().with(new Grid(2, 4), new TokenSpace.Discrete(VOCABULARY, 2));
    assertThatThrownBy(() -> factory().blueprint(configuration(), two))
        .isInstanceOf(PartException.class)
        .hasMessageContaining("codebook");
  }
}
