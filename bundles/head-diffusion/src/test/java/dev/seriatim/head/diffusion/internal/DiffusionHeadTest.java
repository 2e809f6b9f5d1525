package dev.seriatim.head.diffusion.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.engine.StepRandom;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.part.Distribution;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.Head;
import dev.seriatim.api.part.KernelPart;
import dev.seriatim.api.part.Knobs;
import dev.seriatim.api.part.Levels;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.Step;
import dev.seriatim.api.weights.Parameter;
import dev.seriatim.api.weights.Weights;
import dev.seriatim.head.diffusion.internal.DiffusionHeadFactory.Configuration;
import dev.seriatim.testkit.HeadContract;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DiffusionHeadTest extends HeadContract<Configuration> {
  private static final int SLOTS = 6;
  private static final int WIDTH = 16;
  private static final int TOKEN = 3;

  @Override
  protected PartFactory<Head, Configuration> factory() {
    return new DiffusionHeadFactory();
  }

  @Override
  protected Configuration configuration() {
    return new Configuration(24, 2, "5,4,1", 1000, 3);
  }

  @Override
  protected Frame frame() {
    return Frame.of(ConditionSpace.NONE)
        .with(new Grid(2, 3), new TokenSpace.Continuous(TOKEN))
        .with(WIDTH);
  }

  @Override
  protected List<Parameter> parameters() {
    return awake(super.parameters());
  }

  @Override
  protected Map<String, Configuration> refused() {
    return Map.of(
        "width", new Configuration(0, 2, "5", 1000, 1),
        "blocks", new Configuration(8, 0, "5", 1000, 1),
        "sampling-steps", new Configuration(8, 1, "5,,3", 1000, 1),
        "training-steps", new Configuration(8, 1, "5", 1, 1),
        "repeats", new Configuration(8, 1, "5", 1000, 0));
  }

  private Kernel kernel() {
    return ((KernelPart) part()).kernel();
  }

  private StepRandom random(long seed) {
    return engine().random(seed, 0, 1).at(0, Slots.range(0, SLOTS), scope().manager());
  }

  private NDArray hidden(int draw) {
    return random(5).normal(draw, WIDTH);
  }

  private static Step step(Knobs knobs) {
    return new Step(0, Slots.range(0, SLOTS), Levels.SETTLE, knobs);
  }

  private long[] times(String spacing) {
    NDArray like = scope().manager().zeros(new Shape(1));
    return Respacing.parse(spacing, 1000).times(kernel(), like).toLongArray();
  }

  private static void close(NDArray found, NDArray expected, double tolerance) {
    assertThat(found.getShape()).isEqualTo(expected.getShape());
    double largest = expected.abs().max().getFloat();
    assertThat(found.sub(expected).abs().max().getFloat() / largest).isLessThan((float) tolerance);
  }

  @Test
  void anotherNumberOfStepsKeepsTheSpacing() {
    assertThat(Respacing.parse("50", 1000).with(10, 1000)).isEqualTo(Respacing.even(10, 1000));
    assertThat(Respacing.parse("ddim50", 1000).with(25, 1000))
        .isEqualTo(Respacing.parse("ddim25", 1000));
    // A stride of 33 would meet step 990, near the end; one of 35 ends with 980.
    assertThat(Respacing.parse("ddim50", 1000).with(30, 1000))
        .isEqualTo(new Respacing(29, List.of(), 35));
    for (int steps = 1; steps <= 1000; steps++) {
      Respacing spacing = Respacing.parse("ddim50", 1000).with(steps, 1000);
      int last = (spacing.count() - 1) * spacing.stride();
      assertThat(last).isLessThanOrEqualTo(1000 - (spacing.stride() + 1) / 2);
    }
    assertThatThrownBy(() -> Respacing.parse("ddim50", 1000).with(1001, 1000))
        .hasMessageContaining("sampling-steps: expected 1 to 1000 steps, found 1001");
  }

  @Test
  @DisplayName("Sampling steps are spaced evenly, by sections, or by a stride")
  void spacesSteps() throws Exception {
    onEngine(
        () -> {
          // 999 / 4 = 249.75: 499.5 is rounded to the even number.
          assertThat(times("5")).containsExactly(0, 250, 500, 749, 999);
          assertThat(times("1")).containsExactly(0);
          assertThat(times("2,3,1")).containsExactly(0, 333, 334, 500, 666, 667);
          assertThat(times("ddim4")).containsExactly(0, 250, 500, 750);
          assertThat(times("1000")).hasSize(1000).startsWith(0, 1, 2).endsWith(998, 999);
        });
    assertThatThrownBy(() -> Respacing.parse("ddim7", 10))
        .isInstanceOf(PartException.class)
        .hasMessageContaining("sampling-steps");
    assertThatThrownBy(() -> Respacing.parse("5,6", 10))
        .isInstanceOf(PartException.class)
        .hasMessageContaining("1 to 5 steps");
  }

  @Test
  @DisplayName("The schedule of all steps is the cosine schedule")
  void followsTheCosine() throws Exception {
    onEngine(
        () -> {
          NDArray all = scope().manager().arange(0, 1000, 1, DataType.INT64);
          double[] schedule =
              kernel().callForOne(scope().manager(), "schedule", all).toDoubleArray();
          double start = Math.pow(Math.cos(0.008 / 1.008 * Math.PI / 2), 2);
          for (int t : new int[] {0, 1, 500, 990}) {
            double kept = Math.pow(Math.cos(((t + 1) / 1000.0 + 0.008) / 1.008 * Math.PI / 2), 2);
            assertThat(Math.pow(schedule[1000 + t], 2)).isCloseTo(kept / start, within(1e-12));
            assertThat(Math.pow(schedule[2000 + t], 2)).isCloseTo(1 - kept / start, within(1e-12));
          }
          assertThat(schedule[999]).isEqualTo(0.999);
        });
  }

  @Test
  @DisplayName("The scheduler's knob sets the number of sampling steps")
  void obeysTheKnob() throws Exception {
    onEngine(
        () -> {
          NDArray hidden = hidden(9);
          Head three =
              factory()
                  .blueprint(new Configuration(24, 2, "3", 1000, 1), frame())
                  .build(engine(), weights());
          try (three) {
            NDArray expected =
                three.distribution(hidden, step(Knobs.NONE)).draw(random(1)).tokens();
            Knobs knobs = new Knobs(Map.of(Knobs.HEAD_STEPS, 3.0));
            NDArray found = part().distribution(hidden, step(knobs)).draw(random(1)).tokens();
            assertThat(found.toFloatArray()).isEqualTo(expected.toFloatArray());
          }
        });
  }

  @Test
  @DisplayName("Guidance weighs the predicted noise of both conditions at the same token")
  void guidesTheNoise() throws Exception {
    onEngine(
        () -> {
          // One sampling step: the result is the noise, scaled and taken off.
          Knobs one = new Knobs(Map.of(Knobs.HEAD_STEPS, 1.0));
          Distribution towards = part().distribution(hidden(9), step(one));
          Distribution away = part().distribution(hidden(8), step(one));
          NDArray plain = towards.draw(random(1)).tokens();
          NDArray other = away.draw(random(1)).tokens();
          NDArray guided = towards.guided(away, 2.5).draw(random(1)).tokens();
          close(guided, other.add(plain.sub(other).mul(2.5)), 1e-5);
          NDArray halfWay = towards.guided(away, 0).draw(random(1)).tokens();
          close(halfWay, other, 1e-5);
        });
  }

  @Test
  @DisplayName("Temperature scales the noise on the way, not the start")
  void temperature() throws Exception {
    onEngine(
        () -> {
          Distribution distribution = part().distribution(hidden(9), step(Knobs.NONE));
          NDArray warm = distribution.draw(random(1)).tokens();
          NDArray cool = distribution.tempered(0.5).draw(random(1)).tokens();
          assertThat(cool.sub(warm).abs().max().getFloat()).isGreaterThan(1e-3f);
          NDArray frozen = distribution.tempered(0).draw(random(1)).tokens();
          assertThat(frozen.toFloatArray()).isEqualTo(distribution.mode().tokens().toFloatArray());
          Distribution single =
              part().distribution(hidden(9), step(new Knobs(Map.of(Knobs.HEAD_STEPS, 1.0))));
          assertThat(single.tempered(0.5).draw(random(1)).tokens().toFloatArray())
              .isEqualTo(single.draw(random(1)).tokens().toFloatArray());
        });
  }

  @Test
  @DisplayName("The path ends where the draw does")
  void pathEndsAtTheDraw() throws Exception {
    onEngine(
        () -> {
          NDArray hidden = hidden(9);
          NDList noise = new NDList();
          for (int i = 0; i < 10; i++) {
            noise.add(random(1).normal(i, TOKEN));
          }
          NDArray times = Respacing.parse("5,4,1", 1000).times(kernel(), hidden);
          NDArray path =
              kernel()
                  .callForOne(
                      scope().manager(),
                      "path",
                      new NDList(hidden),
                      scope().manager().create(new float[] {1}),
                      times,
                      noise,
                      1.0);
          assertThat(path.getShape().getShape()).containsExactly(10, 2, SLOTS, TOKEN);
          NDArray draw = part().distribution(hidden, step(Knobs.NONE)).draw(random(1)).tokens();
          assertThat(path.get(9).toFloatArray()).isEqualTo(draw.toFloatArray());
        });
  }

  @Test
  @DisplayName("The loss counts slots as they are weighed")
  void weighsSlots() throws Exception {
    onEngine(
        () -> {
          NDArray tokens = random(2).normal(0, TOKEN);
          NDArray first = scope().manager().zeros(new Shape(2, SLOTS));
          first.set(new NDIndex(":, 0:2"), 1f);
          NDArray rest = first.neg().add(1);
          double all = part().loss(hidden(9), tokens, null, random(3)).getFloat();
          double left = part().loss(hidden(9), tokens, first, random(3)).getFloat();
          double right = part().loss(hidden(9), tokens, rest, random(3)).getFloat();
          assertThat((2 * left + 4 * right) / 6).isCloseTo(all, within(1e-4 * Math.abs(all)));
        });
  }

  @Test
  @DisplayName("Fresh weights predict no noise, so that the squared error is that of the noise")
  void startsWithoutNoise() throws Exception {
    onEngine(
        () -> {
          Weights fresh = engine().initialise(blueprint().parameters(), WEIGHT_SEED);
          try (Head head = blueprint().build(engine(), fresh)) {
            NDArray noise = random(2).normal(0, TOKEN).reshape(2 * SLOTS, TOKEN);
            NDArray t = scope().manager().arange(0, 12, 1, DataType.INT64).mul(80).add(5);
            NDList terms =
                ((KernelPart) head)
                    .kernel()
                    .call(
                        scope().manager(),
                        "terms",
                        random(4).normal(0, TOKEN).reshape(2 * SLOTS, TOKEN),
                        hidden(9).reshape(2 * SLOTS, WIDTH),
                        t,
                        noise);
            close(terms.get(0), noise.square().mean(new int[] {1}), 1e-5);
            assertThat(terms.get(1).min().getFloat()).isGreaterThanOrEqualTo(0);
          } finally {
            fresh.close();
          }
        });
  }
}
