package dev.seriatim.schedulers.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.engine.StepRandom;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.part.Draw;
import dev.seriatim.api.part.Exposure;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.Plan;
import dev.seriatim.api.part.PlanRequest;
import dev.seriatim.api.part.Scheduler;
import dev.seriatim.api.part.Step;
import dev.seriatim.schedulers.internal.PermutedFactory.Configuration;
import dev.seriatim.testkit.SchedulerContract;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PermutedTest extends SchedulerContract<Configuration> {
  private static final int SLOTS = 12;

  @Override
  protected PartFactory<Scheduler, Configuration> factory() {
    return new PermutedFactory();
  }

  @Override
  protected Configuration configuration() {
    return new Configuration("random", 1);
  }

  @Override
  protected Frame frame() {
    return Frame.of(ConditionSpace.NONE).with(new Grid(3, 4), new TokenSpace.Discrete(5, 1));
  }

  @Override
  protected Map<String, Configuration> refused() {
    return Map.of(
        "order", new Configuration("spiral", 1), "random-ratio", new Configuration("random", 1.5));
  }

  private Scheduler scheduler(String order, double ratio) {
    return factory().blueprint(new Configuration(order, ratio), frame()).build(engine(), null);
  }

  private Canvas blank(int samples) {
    return Canvas.blank(frame().layout(), frame().tokens(), samples);
  }

  /** The slots of each sample in the order in which they settle. */
  private List<List<Integer>> orders(Scheduler scheduler, Canvas canvas, long seed) {
    List<List<Integer>> orders = new ArrayList<>();
    for (int sample = 0; sample < canvas.samples(); sample++) {
      orders.add(new ArrayList<>());
    }
    long[] samples = LongStream.range(0, canvas.samples()).toArray();
    Plan plan =
        scheduler.plan(new PlanRequest(canvas, engine().random(seed, samples), scope().manager()));
    for (Step step = plan.next(canvas); step != null; step = plan.next(canvas)) {
      for (int sample = 0; sample < canvas.samples(); sample++) {
        int slot = step.slots().slot(sample, 0);
        if (!canvas.isSettled(sample, slot)) {
          orders.get(sample).add(slot);
        }
      }
      NDArray tokens = scope().manager().ones(new Shape(canvas.samples(), 1, 1), DataType.INT64);
      plan.observe(step, Draw.of(tokens, null), canvas);
    }
    return orders;
  }

  @Test
  @DisplayName("Random orders differ from sample to sample and from seed to seed")
  void randomOrders() throws Exception {
    List<Integer> raster = IntStream.range(0, SLOTS).boxed().toList();
    onEngine(
        () -> {
          List<List<Integer>> orders = orders(part(), blank(2), 1);
          assertThat(orders.get(0)).containsExactlyInAnyOrderElementsOf(raster);
          assertThat(orders.get(0)).isNotEqualTo(raster).isNotEqualTo(orders.get(1));
          assertThat(orders(part(), blank(2), 2).get(0)).isNotEqualTo(orders.get(0));
        });
  }

  @Test
  @DisplayName("The raster order is that of the numbers")
  void rasterOrder() throws Exception {
    onEngine(
        () ->
            assertThat(orders(scheduler("raster", 1), blank(1), 1))
                .containsExactly(IntStream.range(0, SLOTS).boxed().toList()));
  }

  @Test
  @DisplayName("2 Batch-invariant: samples of which different parts are known keep their own paths")
  void partlyKnownSamples() throws Exception {
    onEngine(
        () -> {
          Canvas canvas = blank(2);
          canvas.setLevel(0, 4, 1);
          canvas.setLevel(0, 7, 1);
          Canvas alone = canvas.sample(0);
          assertThat(orders(part(), canvas, 3).get(0))
              .hasSize(SLOTS - 2)
              .isEqualTo(orders(part(), alone, 3).get(0));
          assertThat(canvas.settled(1)).isEqualTo(SLOTS);
        });
  }

  @Test
  @DisplayName("In training, as many samples are shuffled as the ratio says, to every order alike")
  void exposure() throws Exception {
    int samples = 2000;
    onEngine(
        () -> {
          StepRandom random =
              engine()
                  .random(5, LongStream.range(0, samples).toArray())
                  .at(0, Slots.range(0, SLOTS), scope().manager());
          Exposure exposure =
              scheduler("raster", 0.25).expose(frame().layout(), random, scope().manager());
          assertThat(exposure.levels()).isNull();
          assertThat(exposure.weight()).isNull();
          long[] order = exposure.order().toLongArray();
          int shuffled = 0;
          int[] first = new int[SLOTS];
          for (int sample = 0; sample < samples; sample++) {
            List<Integer> its = new ArrayList<>();
            for (int k = 0; k < SLOTS; k++) {
              its.add((int) order[sample * SLOTS + k]);
            }
            List<Integer> raster = IntStream.range(0, SLOTS).boxed().toList();
            assertThat(its).containsExactlyInAnyOrderElementsOf(raster);
            if (!its.equals(raster)) {
              shuffled++;
              first[its.get(0)]++;
            }
          }
          assertThat((double) shuffled / samples).isCloseTo(0.25, within(0.03));
          for (int count : first) {
            assertThat((double) count / shuffled).isCloseTo(1.0 / SLOTS, within(0.05));
          }
        });
  }
}
