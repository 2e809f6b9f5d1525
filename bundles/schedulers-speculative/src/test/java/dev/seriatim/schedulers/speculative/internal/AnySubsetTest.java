package dev.seriatim.schedulers.speculative.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.engine.MemoryUse;
import dev.seriatim.api.generation.GenerationRequest;
import dev.seriatim.api.generation.Loop;
import dev.seriatim.api.part.Scheduler;
import dev.seriatim.backbone.rar.internal.RarFactory;
import dev.seriatim.schedulers.internal.PermutedFactory;
import dev.seriatim.schedulers.speculative.internal.SmallModel.Result;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bursts of guesses on a model that predicts any slot from any subset of the others. */
class AnySubsetTest {
  private static final int SAMPLES = 100_000;
  private static final int BATCH = 10_000;

  private final Engine engine = ServiceLoader.load(Engine.class).findFirst().orElseThrow();
  private MemoryUse before;
  private SmallModel model;

  private interface Work {
    void run() throws Exception;
  }

  private void onEngine(Work work) throws Exception {
    engine.call(
        () -> {
          work.run();
          return null;
        });
  }

  @BeforeEach
  void measure() throws Exception {
    onEngine(() -> before = engine.memory());
  }

  @AfterEach
  void leavesNothingBehind() throws Exception {
    onEngine(
        () -> {
          model.close();
          assertThat(engine.memory()).isEqualTo(before);
        });
  }

  private void model(Grid grid, int vocabulary) {
    var size = new RarFactory.Configuration(1, 2, 8, 16, 0, 0);
    model = new SmallModel(engine, grid, vocabulary, new RarFactory(), size, 0.7f, 1);
  }

  private Scheduler scheduler(String name) {
    return switch (name) {
      case "permuted" ->
          model.scheduler(new PermutedFactory(), new PermutedFactory.Configuration("random", 1));
      case "permuted, raster" ->
          model.scheduler(new PermutedFactory(), new PermutedFactory.Configuration("raster", 1));
      case "assd" -> model.scheduler(new AssdFactory(), new AssdFactory.Configuration("random", 0));
      case "assd, 3" ->
          model.scheduler(new AssdFactory(), new AssdFactory.Configuration("random", 3));
      case "assd, raster" ->
          model.scheduler(new AssdFactory(), new AssdFactory.Configuration("raster", 0));
      case "sigma-gpt" ->
          model.scheduler(new SigmaGptFactory(), new SigmaGptFactory.Configuration(3, 0));
      default -> throw new IllegalArgumentException(name);
    };
  }

  private Result run(String scheduler, GenerationRequest request) {
    return model.run(model.parts(scheduler(scheduler), List.of(), null), request);
  }

  /** All orders of the first numbers. */
  private static List<int[]> orders(int count) {
    if (count == 0) {
      return List.of(new int[0]);
    }
    List<int[]> longer = new ArrayList<>();
    for (int[] order : orders(count - 1)) {
      for (int at = 0; at < count; at++) {
        int[] next = new int[count];
        System.arraycopy(order, 0, next, 0, at);
        next[at] = count - 1;
        System.arraycopy(order, at, next, at + 1, order.length - at);
        longer.add(next);
      }
    }
    return longer;
  }

  @ParameterizedTest
  @ValueSource(strings = {"permuted", "assd", "assd, 3", "assd, raster"})
  @DisplayName("100,000 samples are distributed as the model says of its orders")
  void distribution(String scheduler) throws Exception {
    onEngine(
        () -> {
          model(new Grid(2, 2), 3);
          double[] joint =
              scheduler.endsWith("raster") ? model.joint(new int[] {0, 1, 2, 3}) : ofAllOrders();
          int[] counts = new int[joint.length];
          Loop.Parts parts = model.parts(scheduler(scheduler), List.of(), null);
          for (int first = 0; first < SAMPLES; first += BATCH) {
            Result result = model.run(parts, SmallModel.request(BATCH, 3).withFirstSample(first));
            for (int sample = 0; sample < BATCH; sample++) {
              counts[model.number(result.ids(), sample)]++;
            }
          }
          ChiSquare.check(scheduler, counts, joint);
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"assd", "assd, 3", "sigma-gpt"})
  @DisplayName("A sample of a batch is what it is alone")
  void batchInvariant(String scheduler) throws Exception {
    onEngine(
        () -> {
          model(new Grid(3, 4), 5);
          Result batch = run(scheduler, SmallModel.request(6, 5));
          for (int sample = 0; sample < 6; sample++) {
            GenerationRequest one = SmallModel.request(1, 5).withFirstSample(sample);
            long[] ids = Arrays.copyOfRange(batch.ids(), sample * 12, (sample + 1) * 12);
            assertThat(run(scheduler, one).ids()).isEqualTo(ids);
          }
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"assd", "assd, 3", "assd, raster", "sigma-gpt"})
  @DisplayName("What is settled at the start stays, and passes are no more than slots")
  void infilling(String scheduler) throws Exception {
    onEngine(
        () -> {
          model(new Grid(3, 4), 5);
          Canvas start = model.blank(1);
          start.settle(0, 2, new long[] {1, 2, 3});
          start.settle(0, 9, new long[] {4});
          Result result = run(scheduler, SmallModel.request(1, 5).withStart(start));
          assertThat(Arrays.copyOfRange(result.ids(), 2, 5)).containsExactly(1, 2, 3);
          assertThat(result.ids()[9]).isEqualTo(4);
          if (!scheduler.equals("sigma-gpt")) {
            assertThat(result.passes()).isLessThanOrEqualTo(8);
          }
        });
  }

  @Test
  @DisplayName("Greedy bursts give what one slot after the other gives")
  void greedy() throws Exception {
    onEngine(
        () -> {
          model(new Grid(3, 4), 5);
          GenerationRequest request = SmallModel.request(1, 5).withMode();
          assertThat(run("assd, raster", request).ids())
              .isEqualTo(run("permuted, raster", request).ids());
        });
  }

  /** What the model says when each slot is guessed for itself. */
  private double[] apart() {
    double[] product = new double[81];
    Arrays.fill(product, 1);
    for (int slot = 0; slot < 4; slot++) {
      int its = slot;
      int[] order =
          IntStream.concat(IntStream.of(slot), IntStream.range(0, 4)).distinct().toArray();
      double[] joint = model.joint(order);
      double[] chances = new double[3];
      for (int i = 0; i < joint.length; i++) {
        chances[id(i, its)] += joint[i];
      }
      for (int i = 0; i < product.length; i++) {
        product[i] *= chances[id(i, its)];
      }
    }
    return product;
  }

  private static int id(int number, int slot) {
    return number / (int) Math.pow(3, 3 - slot) % 3;
  }

  private double[] ofAllOrders() {
    double[] joint = new double[81];
    for (int[] order : orders(4)) {
      double[] one = model.joint(order);
      for (int i = 0; i < joint.length; i++) {
        joint[i] += one[i] / 24;
      }
    }
    return joint;
  }

  private static double distance(double[] one, double[] other) {
    return IntStream.range(0, one.length).mapToDouble(i -> Math.abs(one[i] - other[i])).sum() / 2;
  }

  @Test
  @DisplayName("Bursts of several orders are closer to what the model says than guesses are")
  void burstsAreClose() throws Exception {
    onEngine(
        () -> {
          model(new Grid(2, 2), 3);
          double[] share = new double[81];
          Result result = run("sigma-gpt", SmallModel.request(BATCH, 3));
          for (int sample = 0; sample < BATCH; sample++) {
            share[model.number(result.ids(), sample)] += 1.0 / BATCH;
          }
          double[] joint = ofAllOrders();
          assertThat(distance(share, joint)).isLessThan(0.8 * distance(apart(), joint));
        });
  }
}
