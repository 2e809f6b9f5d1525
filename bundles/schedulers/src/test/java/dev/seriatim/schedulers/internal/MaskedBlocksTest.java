package dev.seriatim.schedulers.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.engine.RandomStreams;
import dev.seriatim.api.engine.StepRandom;
import dev.seriatim.api.part.Draw;
import dev.seriatim.api.part.Exposure;
import dev.seriatim.api.part.Plan;
import dev.seriatim.api.part.PlanRequest;
import dev.seriatim.api.part.Scheduler;
import dev.seriatim.api.part.Step;
import dev.seriatim.schedulers.internal.MaskedBlocksFactory.Configuration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class MaskedBlocksTest extends MaskedBlocksContract {
  @Override
  protected Configuration configuration() {
    return new Settings().blocks(5, 9).with();
  }

  private Scheduler scheduler(Settings settings) {
    return factory().blueprint(settings.with(), frame()).build(engine(), null);
  }

  private Canvas blank(int samples) {
    return Canvas.blank(frame().layout(), frame().tokens(), samples);
  }

  /** The largest logit of a slot is that of id {@code slot % 4 + 1}, by as much as its number. */
  private GivenLogits rising(Step step, int samples) {
    int count = step.slots().count();
    float[] logits = new float[samples * count * VOCABULARY];
    for (int i = 0; i < samples * count; i++) {
      int slot = step.slots().slot(i / count, i % count);
      logits[i * VOCABULARY + slot % 4 + 1] = 1 + slot;
    }
    return new GivenLogits(
        scope().manager().create(logits, new Shape(samples, count, 1, VOCABULARY)));
  }

  private RandomStreams random(int samples) {
    return engine().random(3, LongStream.range(0, samples).toArray());
  }

  /** Slots of each sample that settle in each step, by the step's index. */
  private List<List<List<Integer>>> path(Settings settings, Canvas canvas) {
    RandomStreams random = random(canvas.samples());
    Plan plan = scheduler(settings).plan(new PlanRequest(canvas, random, scope().manager()));
    List<List<List<Integer>>> path = new ArrayList<>();
    for (Step step = plan.next(canvas); step != null; step = plan.next(canvas)) {
      Canvas before = canvas.copy();
      StepRandom numbers = random.at(step.index(), step.slots(), scope().manager());
      Draw draw = plan.draw(step, rising(step, canvas.samples()), numbers, false);
      plan.observe(step, draw, canvas);
      List<List<Integer>> settled = new ArrayList<>();
      for (int sample = 0; sample < canvas.samples(); sample++) {
        int row = sample;
        settled.add(
            IntStream.range(0, canvas.layout().slots())
                .filter(slot -> canvas.isSettled(row, slot) && !before.isSettled(row, slot))
                .boxed()
                .toList());
      }
      while (path.size() < step.index()) {
        path.add(List.of());
      }
      path.add(settled);
    }
    return path;
  }

  private List<List<Integer>> greedy(Settings settings, Canvas canvas) {
    return path(settings.temperature(0), canvas).stream()
        .map(samples -> samples.isEmpty() ? List.<Integer>of() : samples.get(0))
        .toList();
  }

  @Test
  @DisplayName("The surest slots of one block after the other settle, evenly many in each step")
  void blocks() throws Exception {
    onEngine(
        () ->
            assertThat(greedy(new Settings().blocks(6, 8), blank(1)))
                .containsExactly(
                    List.of(4, 5),
                    List.of(2, 3),
                    List.of(1),
                    List.of(0),
                    List.of(10, 11),
                    List.of(8, 9),
                    List.of(7),
                    List.of(6)));
  }

  @Test
  @DisplayName(
      "Where there are more steps than slots, those that would settle nothing are left out")
  void moreStepsThanSlots() throws Exception {
    onEngine(
        () ->
            assertThat(greedy(new Settings().blocks(6, 16), blank(1)))
                .containsExactly(
                    List.of(5),
                    List.of(4),
                    List.of(3),
                    List.of(2),
                    List.of(1),
                    List.of(0),
                    List.of(),
                    List.of(),
                    List.of(11),
                    List.of(10),
                    List.of(9),
                    List.of(8),
                    List.of(7),
                    List.of(6)));
  }

  @Test
  @DisplayName("Blocks begin at each sample's first unknown slot, or at multiples of their length")
  void prompts() throws Exception {
    onEngine(
        () -> {
          Canvas canvas = blank(2);
          canvas.settle(0, 0, new long[] {1, 1});
          canvas.settle(1, 0, new long[] {1, 1, 1, 1});
          canvas.end(1, 10);
          assertThat(path(new Settings().temperature(0).blocks(6, 4), canvas.copy()))
              .containsExactly(
                  List.of(List.of(5, 6, 7), List.of(8, 9)),
                  List.of(List.of(2, 3, 4), List.of(6, 7)),
                  List.of(List.of(10, 11), List.of(5)),
                  List.of(List.of(8, 9), List.of(4)));
          Settings aligned = new Settings().temperature(0).blocks(4, 6).start("layout");
          assertThat(path(aligned, canvas))
              .containsExactly(
                  List.of(List.of(3), List.of(6, 7)),
                  List.of(List.of(2), List.of(5)),
                  List.of(List.of(6, 7), List.of(4)),
                  List.of(List.of(4, 5), List.of(9)),
                  List.of(List.of(10, 11), List.of(8)),
                  List.of(List.of(8, 9), List.of()));
        });
  }

  @Test
  @DisplayName("Dream's timesteps reveal the expected share, rounded down, and the rest at the end")
  void timesteps() throws Exception {
    // 12 · (1 − s / t) = 2.997, then 9 · … = 3.0 rounded down, …
    assertThat(Transfer.TIMESTEPS.counts(12, 4, 1e-3)).containsExactly(2, 3, 3, 4);
    assertThat(Transfer.TIMESTEPS.counts(7, 1, 1e-3)).containsExactly(7);
    assertThat(IntStream.of(Transfer.TIMESTEPS.counts(100, 64, 1e-3)).sum()).isEqualTo(100);
    onEngine(
        () ->
            assertThat(greedy(new Settings().blocks(0, 4).transfer("timesteps"), blank(1)))
                .extracting(List::size)
                .containsExactly(2, 3, 3, 4));
  }

  @Test
  @DisplayName("Independent slots settle at random times, every one in the end")
  void independent() throws Exception {
    onEngine(
        () -> {
          List<List<List<Integer>>> path =
              path(new Settings().blocks(0, 4).transfer("independent"), blank(400));
          for (int step = 0; step < 4; step++) {
            int at = step;
            double mean =
                IntStream.range(0, 400).map(i -> path.get(at).get(i).size()).average().orElse(0);
            assertThat(mean).isCloseTo(SLOTS / 4.0, within(0.3));
          }
        });
  }

  @Test
  @DisplayName("Slots settle early that are as sure as the threshold asks, one at least")
  void threshold() throws Exception {
    onEngine(
        () -> {
          // With a lead of 1 + slot over four others, 5 is the first of a probability above 0.99.
          assertThat(greedy(new Settings().threshold(0.99), blank(1)).get(0))
              .containsExactly(5, 6, 7, 8, 9, 10, 11);
          assertThat(greedy(new Settings().threshold(0.99), blank(1)))
              .extracting(List::size)
              .containsExactly(7, 1, 1, 1, 1, 1);
          assertThat(greedy(new Settings().blocks(6, 0).threshold(0.95), blank(1)))
              .containsExactly(
                  List.of(4, 5),
                  List.of(3),
                  List.of(2),
                  List.of(1),
                  List.of(0),
                  List.of(6, 7, 8, 9, 10, 11));
        });
  }

  @Test
  @DisplayName("All is taken once the logits are far enough apart, which a late step makes easier")
  void earlyCommit() throws Exception {
    onEngine(
        () -> {
          // The mean lead is 6.5 of all, 5.5 of the first eleven, …: less as the surest settle.
          Settings settings = new Settings().blocks(0, 12).commit(List.of(7.5, 5.0, 2.5), 0);
          List<List<Integer>> path = greedy(settings, blank(1));
          assertThat(path).hasSize(4);
          assertThat(path.get(3)).hasSize(9);
          // The last four slots lead by 10.5 on average.
          List<List<Integer>> answer =
              greedy(new Settings().blocks(4, 12).commit(List.of(7.5, 5.0, 2.5), 4), blank(1));
          assertThat(answer).hasSize(1);
          assertThat(answer.get(0)).hasSize(SLOTS);
        });
  }

  @Test
  @DisplayName("Random remasking and noise change which slots settle, not how many")
  void randomness() throws Exception {
    onEngine(
        () -> {
          List<List<Integer>> sure = greedy(new Settings().blocks(0, 3), blank(1));
          List<List<Integer>> random =
              greedy(new Settings().blocks(0, 3).remasking("random"), blank(1));
          List<List<Integer>> noisy = greedy(new Settings().blocks(0, 3).noise(100), blank(1));
          for (List<List<Integer>> other : List.of(random, noisy)) {
            assertThat(other).isNotEqualTo(sure).extracting(List::size).containsExactly(4, 4, 4);
          }
        });
  }

  @Test
  @DisplayName("Margins and entropies rank as they are defined")
  void sureness() throws Exception {
    onEngine(
        () -> {
          float[] logits = {0, 0, 0, 0, 3, 0, 2, 2, 0, 0};
          NDArray array = scope().manager().create(logits, new Shape(1, 2, 1, 5));
          GivenLogits distribution = new GivenLogits(array);
          NDArray tokens = distribution.mode().tokens();
          double z = Math.exp(3) + 4;
          double p = Math.exp(3) / z;
          double y = 2 * Math.exp(2) + 3;
          double q = Math.exp(2) / y;
          assertThat(Sureness.LOW_CONFIDENCE.of("x", distribution, tokens).toFloatArray())
              .containsExactly(new float[] {(float) p, (float) q}, within(1e-5f));
          assertThat(Sureness.MARGIN.of("x", distribution, tokens).toFloatArray())
              .containsExactly(new float[] {(float) ((Math.exp(3) - 1) / z), 0}, within(1e-5f));
          float[] negative = {
            (float) (p * Math.log(p) - 4 / z * Math.log(z)),
            (float) (2 * q * Math.log(q) - 3 / y * Math.log(y))
          };
          assertThat(Sureness.ENTROPY.of("x", distribution, tokens).toFloatArray())
              .containsExactly(negative, within(1e-5f));
        });
  }

  @Test
  @DisplayName("Confidences are those without the temperature, and without what they forbid")
  void confidence() throws Exception {
    onEngine(
        () -> {
          Step step = Step.settle(0, Slots.range(0, 2));
          StepRandom random = random(1).at(0, step.slots(), scope().manager());
          GivenLogits distribution = rising(step, 1);
          SureDraw hot = new SureDraw("x", 1e4, Sureness.LOW_CONFIDENCE, List.of());
          Draw draw = hot.draw(distribution, random, false);
          assertThat(draw.confidence().toFloatArray())
              .containsExactly(
                  distribution.logProb(draw.tokens()).orElseThrow().exp().toFloatArray(),
                  within(1e-6f));
          SureDraw strict = new SureDraw("x", 0, Sureness.LOW_CONFIDENCE, List.of(1));
          float[] confidence = strict.draw(distribution, random, false).confidence().toFloatArray();
          assertThat(confidence[0]).isZero();
          assertThat(confidence[1])
              .isCloseTo((float) (Math.exp(2) / (Math.exp(2) + 3)), within(1e-5f));
        });
  }

  @Test
  @DisplayName("In training slots are masked with probability t, and count 1 / t")
  void exposure() throws Exception {
    onEngine(
        () -> {
          int samples = 2000;
          StepRandom random = random(samples).at(0, Slots.range(0, SLOTS), scope().manager());
          for (String times : List.of("spread", "independent")) {
            Exposure exposure =
                scheduler(new Settings().times(times))
                    .expose(frame().layout(), random, scope().manager());
            float[] levels = exposure.levels().toFloatArray();
            float[] weights = exposure.weight().toFloatArray();
            double masked = 0;
            for (int i = 0; i < levels.length; i++) {
              assertThat(levels[i]).isIn(0f, 1f);
              assertThat(weights[i] > 0).isEqualTo(levels[i] == 0);
              masked += (1 - levels[i]) / levels.length;
            }
            assertThat(masked).isCloseTo(0.5, within(0.02));
            // Each slot counts 1 on average; ∫ 1 / t dt grows slowly, so the spread is wide.
            double mean = exposure.likelihoodWeight().mean().getFloat();
            assertThat(mean).isCloseTo(1, within(0.15));
            NDArray loss = scope().manager().create(3f);
            assertThat(exposure.loss(loss).getFloat()).isCloseTo((float) (3 * mean), within(1e-4f));
          }
        });
  }
}
