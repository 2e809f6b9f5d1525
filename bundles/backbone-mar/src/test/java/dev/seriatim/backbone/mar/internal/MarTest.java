package dev.seriatim.backbone.mar.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.BackboneContext;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.ContextRequest;
import dev.seriatim.api.part.Exposure;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.Lesson;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.Step;
import dev.seriatim.api.part.Stream;
import dev.seriatim.api.weights.Weights;
import dev.seriatim.backbone.mar.internal.MarFactory.Configuration;
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

class MarTest extends BackboneContract<Configuration> {
  private static final int SLOTS = 8;
  private static final int TOKEN = 3;

  @Override
  protected PartFactory<Backbone, Configuration> factory() {
    return new MarFactory();
  }

  static Configuration sizes(
      int width, int layers, int heads, int decoder, double mlp, int buffer, double epsilon) {
    return new Configuration(width, layers, heads, decoder, 2, 3, mlp, buffer, epsilon);
  }

  @Override
  protected Configuration configuration() {
    return sizes(16, 2, 2, 12, 2.5, 3, 1e-6);
  }

  @Override
  protected Frame frame() {
    return Frame.of(new ConditionSpace(List.of("a", "b", "c"), false))
        .with(new Grid(2, 4), new TokenSpace.Continuous(TOKEN));
  }

  @Override
  protected Map<String, Configuration> refused() {
    return Map.of(
        "encoder-width", sizes(15, 2, 2, 12, 4, 3, 1e-6),
        "encoder-layers", sizes(16, 0, 2, 12, 4, 3, 1e-6),
        "encoder-heads", sizes(16, 2, 0, 12, 4, 3, 1e-6),
        "decoder-width", sizes(16, 2, 2, 16, 4, 3, 1e-6),
        "mlp-ratio", sizes(16, 2, 2, 12, 0, 3, 1e-6),
        "buffer", sizes(16, 2, 2, 12, 4, -1, 1e-6),
        "norm-epsilon", sizes(16, 2, 2, 12, 4, 3, 0));
  }

  /** Random parts of a random order, each sample its own. */
  @Override
  protected List<Slots> path(Random random) {
    List<List<Integer>> orders = new ArrayList<>();
    for (int sample = 0; sample < 3; sample++) {
      List<Integer> order = new ArrayList<>(IntStream.range(0, SLOTS).boxed().toList());
      Collections.shuffle(order, random);
      orders.add(order);
    }
    List<Slots> path = new ArrayList<>();
    for (int done = 0; done < SLOTS; ) {
      int first = done;
      int end = Math.min(SLOTS, done + 1 + random.nextInt(3));
      path.add(
          Slots.perSample(
              orders.stream()
                  .map(order -> order.subList(first, end).stream().mapToInt(i -> i).toArray())
                  .toArray(int[][]::new)));
      done = end;
    }
    return path;
  }

  private NDArray tokens(long seed, int samples) {
    return engine()
        .random(seed, IntStream.range(0, samples).asLongStream().toArray())
        .at(0, Slots.range(0, SLOTS), scope().manager())
        .normal(0, TOKEN);
  }

  private NDArray teach(NDArray tokens, float[] levels, Condition... conditions) {
    Exposure exposure =
        levels == null
            ? Exposure.OWN_ORDER
            : new Exposure(
                scope().manager().create(levels, new Shape(levels.length / SLOTS, SLOTS)), null);
    return part().teach(new Lesson(tokens, exposure, List.of(conditions), null, scope().manager()));
  }

  private static void close(NDArray found, NDArray expected) {
    assertThat(found.getShape()).isEqualTo(expected.getShape());
    assertThat(found.sub(expected).abs().max().getFloat()).isLessThan(1e-5f);
  }

  @Test
  @DisplayName("What is unknown is not seen, what is settled is seen from everywhere")
  void masks() throws Exception {
    onEngine(
        () -> {
          NDArray tokens = tokens(1, 1);
          NDArray others = tokens.duplicate();
          others.set(new NDIndex("0, 3"), 5f);
          Condition label = new Condition.Label(1);
          float[] levels = {1, 0, 1, 0.5f, 0, 1, 0, 0};
          float[] first = teach(tokens, levels, label).toFloatArray();
          assertThat(teach(others, levels, label).toFloatArray()).isEqualTo(first);
          levels[3] = 1;
          float[] seen = teach(tokens, levels, label).toFloatArray();
          float[] changed = teach(others, levels, label).toFloatArray();
          for (int slot = 0; slot < SLOTS; slot++) {
            assertThat(changed[slot * 12]).isNotEqualTo(seen[slot * 12]);
          }
          // Without copies of the condition, nothing is seen of it.
          boolean same = Arrays.equals(teach(tokens, levels, Condition.NONE).toFloatArray(), seen);
          assertThat(same).isEqualTo(configuration().buffer() == 0);
        });
  }

  @Test
  @DisplayName("A lesson without levels shows nothing")
  void nothingKnown() throws Exception {
    onEngine(
        () ->
            assertThat(teach(tokens(1, 1), null, Condition.NONE).toFloatArray())
                .isEqualTo(teach(tokens(2, 1), new float[SLOTS], Condition.NONE).toFloatArray()));
  }

  @Test
  @DisplayName("2 Batch-invariant: samples of which different numbers of slots are settled")
  void unevenSamples() throws Exception {
    onEngine(
        () -> {
          NDArray tokens = tokens(3, 3);
          float[] levels = {
            1, 0, 1, 0, 0, 1, 0, 0,
            0, 0, 0, 0, 0, 0, 0, 0,
            1, 1, 1, 1, 0, 1, 1, 1,
          };
          Condition[] conditions = {
            new Condition.Label(0), Condition.NONE, new Condition.Label(2),
          };
          NDArray all = teach(tokens, levels, conditions);
          for (int sample = 0; sample < 3; sample++) {
            float[] its = new float[SLOTS];
            System.arraycopy(levels, sample * SLOTS, its, 0, SLOTS);
            NDArray alone = teach(tokens.get("{}:{}", sample, sample + 1), its, conditions[sample]);
            close(all.get("{}:{}", sample, sample + 1), alone);
          }
        });
  }

  @Test
  @DisplayName("The gradient reaches every weight")
  void everyWeightIsTrained() throws Exception {
    onEngine(
        () -> {
          NDArray tokens = tokens(4, 2);
          float[] levels = {1, 0, 1, 0, 0, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0};
          NDList gradients =
              engine()
                  .differentiate(
                      weights(),
                      scope(),
                      () ->
                          teach(tokens, levels, new Condition.Label(0), Condition.NONE)
                              .get(":, :, :8")
                              .square()
                              .sum());
          for (int i = 1; i < gradients.size(); i++) {
            String name = weights().names().get(i - 1);
            boolean used =
                configuration().buffer() > 0 || !List.of("labels", "no_label").contains(name);
            assertThat(gradients.get(i).abs().sum().toFloatArray()[0] > 0)
                .as("gradient of %s", name)
                .isEqualTo(used);
          }
        });
  }

  @Test
  @DisplayName("A model without labels has one condition: none")
  void withoutLabels() throws Exception {
    Frame frame =
        Frame.of(ConditionSpace.NONE).with(new Grid(2, 4), new TokenSpace.Continuous(TOKEN));
    Blueprint<Backbone> blueprint = factory().blueprint(configuration(), frame);
    onEngine(
        () -> {
          Weights fresh = engine().initialise(blueprint.parameters(), WEIGHT_SEED);
          try (Backbone plain = blueprint.build(engine(), fresh)) {
            Lesson lesson =
                new Lesson(
                    tokens(1, 1),
                    Exposure.OWN_ORDER,
                    List.of(Condition.NONE),
                    null,
                    scope().manager());
            assertThat(plain.teach(lesson).getShape().getShape()).containsExactly(1, SLOTS, 12);
          } finally {
            fresh.close();
          }
        });
  }

  @Test
  @DisplayName("6 Says no clearly: canvases and conditions that it cannot serve")
  void refusesRequests() throws Exception {
    onEngine(
        () -> {
          Canvas other = Canvas.blank(new Grid(4, 2), new TokenSpace.Continuous(TOKEN), 1);
          assertThatThrownBy(() -> open(other, new Condition.Label(0)))
              .isInstanceOf(PartException.class)
              .hasMessageContaining("layout");
          Canvas canvas = Canvas.blank(frame().layout(), frame().tokens(), 1);
          assertThatThrownBy(() -> open(canvas, new Condition.Label(3)))
              .isInstanceOf(PartException.class)
              .hasMessageContaining("condition");
          try (BackboneContext context = open(canvas, new Condition.Label(0))) {
            NDArray states =
                context
                    .forward(Step.settle(0, Slots.shared(7, 2)), canvas, scope().manager())
                    .states();
            NDArray all = teach(tokens(1, 1), null, new Condition.Label(0));
            close(states.get(":, 0:1"), all.get(":, 7:8"));
            close(states.get(":, 1:2"), all.get(":, 2:3"));
          }
        });
  }

  private BackboneContext open(Canvas canvas, Condition condition) {
    return part()
        .open(
            new ContextRequest(
                canvas, List.of(Stream.CONDITIONAL), List.of(condition), null, scope().manager()));
  }
}
