package dev.seriatim.schedulers.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Layout;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.engine.StepRandom;
import dev.seriatim.api.part.Exposure;
import dev.seriatim.api.part.Plan;
import dev.seriatim.api.part.PlanRequest;
import dev.seriatim.api.part.Scheduler;
import dev.seriatim.api.part.Step;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One slot after the other, each sample in an order of its own (Yu et al., "Randomized
 * autoregressive visual generation", 2024). What is settled at the start stays.
 *
 * @param random whether the order is random; otherwise it is that of the slots' numbers
 * @param randomRatio probability that a sample is shown in a random order in training
 */
record Permuted(boolean random, double randomRatio) implements Scheduler {
  @Override
  public Plan plan(PlanRequest request) {
    Canvas canvas = request.canvas();
    int slots = canvas.layout().slots();
    int[][] orders =
        random
            ? ranked(request.random().at(0, Slots.range(0, slots), request.scope()))
            : inOrder(canvas.samples(), slots);
    for (int sample = 0; sample < orders.length; sample++) {
      int row = sample;
      orders[sample] =
          IntStream.of(orders[sample]).filter(slot -> !canvas.isSettled(row, slot)).toArray();
    }
    return new PermutedPlan(orders);
  }

  @Override
  public Exposure expose(Layout layout, StepRandom numbers, NDManager scope) {
    int slots = layout.slots();
    int[][] orders = ranked(numbers);
    float[] chances;
    try (NDArray uniform = numbers.uniform(PlanRequest.FIRST_DRAW + 1, 1)) {
      chances = uniform.toFloatArray();
    }
    long[] order = new long[orders.length * slots];
    for (int i = 0; i < order.length; i++) {
      int sample = i / slots;
      boolean shuffled = chances[sample * slots] < randomRatio;
      order[i] = shuffled ? orders[sample][i % slots] : i % slots;
    }
    return new Exposure(null, scope.create(order, new Shape(orders.length, slots)));
  }

  /** The slots of each sample in the order of random numbers, [sample][slot]. */
  private static int[][] ranked(StepRandom random) {
    try (NDArray uniform = random.uniform(PlanRequest.FIRST_DRAW, 1)) {
      int samples = (int) uniform.getShape().get(0);
      int slots = (int) uniform.getShape().get(1);
      float[] numbers = uniform.toFloatArray();
      int[][] orders = new int[samples][];
      for (int sample = 0; sample < samples; sample++) {
        int first = sample * slots;
        orders[sample] =
            IntStream.range(0, slots)
                .boxed()
                .sorted(Comparator.comparing(slot -> numbers[first + slot]))
                .mapToInt(Integer::intValue)
                .toArray();
      }
      return orders;
    }
  }

  private static int[][] inOrder(int samples, int slots) {
    int[][] orders = new int[samples][];
    Arrays.setAll(orders, sample -> IntStream.range(0, slots).toArray());
    return orders;
  }

  private static final class PermutedPlan implements Plan {
    /** Unknown slots of each sample, in order; a sample may have fewer than others. */
    private final List<int[]> orders;

    private int done;

    PermutedPlan(int[][] orders) {
      this.orders = List.of(orders);
    }

    @Override
    public Step next(Canvas canvas) {
      if (done == expectedSteps()) {
        return null;
      }
      int[][] slots = new int[orders.size()][1];
      for (int sample = 0; sample < slots.length; sample++) {
        int[] order = orders.get(sample);
        // A sample that is done waits at a settled slot, which keeps what it holds.
        slots[sample][0] = done < order.length ? order[done] : settled(canvas, sample);
      }
      return Step.settle(done++, Slots.perSample(slots));
    }

    private static int settled(Canvas canvas, int sample) {
      int slot = 0;
      while (!canvas.isSettled(sample, slot)) {
        slot++;
      }
      return slot;
    }

    @Override
    public int expectedSteps() {
      return orders.stream().mapToInt(order -> order.length).max().orElse(0);
    }
  }
}
