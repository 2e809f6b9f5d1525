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
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Masked decoding in random order (Li et al., "Autoregressive image generation without vector
 * quantization", 2024): each sample has an order of its own, each step settles the next few of it,
 * few at first, by a cosine. What is settled at the start stays, and does not count.
 *
 * @param iterations steps in all
 * @param headSteps sampling steps of the head as generation goes on
 * @param maskRatio how many slots are unknown in training
 */
record MaskedRandom(int iterations, HeadSteps headSteps, TruncatedNormal maskRatio)
    implements Scheduler {
  @Override
  public Plan plan(PlanRequest request) {
    Canvas canvas = request.canvas();
    int slots = canvas.layout().slots();
    StepRandom random = request.random().at(0, Slots.range(0, slots), request.scope());
    int[][] orders = orders(random, slots);
    for (int sample = 0; sample < orders.length; sample++) {
      int row = sample;
      orders[sample] =
          IntStream.of(orders[sample]).filter(slot -> !canvas.isSettled(row, slot)).toArray();
    }
    return new MaskedRandomPlan(this, slots, orders);
  }

  /**
   * How many of a number of slots are unknown before each iteration, and after the last: an
   * iteration settles one at least, and leaves one at least, but for the last.
   *
   * @return of {@link #iterations} + 1 numbers, the last is 0
   */
  int[] unknown(int slots) {
    int[] unknown = new int[iterations + 1];
    unknown[0] = slots;
    for (int i = 1; i < iterations && unknown[i - 1] > 0; i++) {
      unknown[i] = leftAfter(i, unknown[i - 1], slots);
    }
    return unknown;
  }

  /**
   * How many of a number of slots the schedule leaves unknown.
   *
   * @param iteration from 1
   * @param before how many were unknown before it, at least 1
   */
  int leftAfter(int iteration, int before, int slots) {
    int cosine = (int) Math.floor(slots * Math.cos(Math.PI / 2 * iteration / iterations));
    return Math.max(1, Math.min(before - 1, cosine));
  }

  /** The first slots of a random order are unknown, as many as a random ratio says. */
  @Override
  public Exposure expose(Layout layout, StepRandom random, NDManager scope) {
    int slots = layout.slots();
    int[][] orders = orders(random, slots);
    float[] ratios;
    // A sample's ratio is drawn with the number of its first slot.
    try (NDArray uniform = random.uniform(PlanRequest.FIRST_DRAW + 1, 1);
        NDArray ratio = maskRatio.quantile(uniform)) {
      ratios = ratio.toFloatArray();
    }
    float[] levels = new float[orders.length * slots];
    for (int sample = 0; sample < orders.length; sample++) {
      int unknown = (int) Math.ceil(slots * (double) ratios[sample * slots]);
      for (int i = Math.max(unknown, 1); i < slots; i++) {
        levels[sample * slots + orders[sample][i]] = 1;
      }
    }
    return new Exposure(scope.create(levels, new Shape(orders.length, slots)), null);
  }

  /** The slots of each sample in the order of a random number each, [sample][slot]. */
  private static int[][] orders(StepRandom random, int slots) {
    try (NDArray uniform = random.uniform(PlanRequest.FIRST_DRAW, 1)) {
      float[] numbers = uniform.toFloatArray();
      int[][] orders = new int[numbers.length / slots][];
      for (int sample = 0; sample < orders.length; sample++) {
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
}
