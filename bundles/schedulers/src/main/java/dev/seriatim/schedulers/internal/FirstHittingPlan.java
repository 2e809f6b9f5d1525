package dev.seriatim.schedulers.internal;

import ai.djl.ndarray.NDArray;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.engine.StepRandom;
import dev.seriatim.api.part.Distribution;
import dev.seriatim.api.part.Draw;
import dev.seriatim.api.part.Levels;
import dev.seriatim.api.part.Plan;
import dev.seriatim.api.part.PlanRequest;
import dev.seriatim.api.part.Step;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * First-hitting sampling of masked diffusion (Zheng et al., "Masked diffusion models are secretly
 * time-agnostic masked models and exploit inaccurate categorical sampling", 2025): of n unknown
 * slots the next one settles at the time t · u^(1/n), and each is as likely to be it. So every turn
 * settles one slot of each sample.
 */
final class FirstHittingPlan implements Plan {
  private final PlanRequest request;
  private final MaskDraw draws;
  private final BlockCursor cursor;
  private final int expectedSteps;

  /** Time of each sample in the block. */
  private final double[] times;

  /** Which of its unknown slots each sample settles, counted from 0. */
  private final int[] picks;

  FirstHittingPlan(BlockDiffusion settings, PlanRequest request) {
    this.request = request;
    this.draws = new MaskDraw(settings.mask());
    this.cursor = new BlockCursor(settings.blockLength());
    this.times = new double[request.canvas().samples()];
    this.picks = new int[times.length];
    this.expectedSteps = turns(settings.blockLength(), request.canvas());
  }

  private static int turns(int length, Canvas canvas) {
    int turns = 0;
    for (int first = 0; first < canvas.layout().slots(); first += length) {
      int from = first;
      int to = Math.min(first + length, canvas.layout().slots());
      turns +=
          IntStream.range(0, canvas.samples())
              .map(
                  s -> (int) IntStream.range(from, to).filter(k -> !canvas.isSettled(s, k)).count())
              .max()
              .orElse(0);
    }
    return turns;
  }

  @Override
  public Step next(Canvas canvas) {
    if (!cursor.next(canvas)) {
      return null;
    }
    if (cursor.turn() == 0) {
      Arrays.fill(times, 1);
    }
    // [sample, (time, pick)]
    float[] numbers = numbers();
    for (int sample = 0; sample < times.length; sample++) {
      int unknown = cursor.unknown(canvas, sample);
      if (unknown > 0) {
        times[sample] *= Math.pow(numbers[2 * sample], 1.0 / unknown);
        picks[sample] = Math.min((int) (numbers[2 * sample + 1] * unknown), unknown - 1);
      }
    }
    double time = times.length == 1 ? times[0] : Double.NaN;
    return new Step(cursor.turn(), cursor.slots(canvas), Levels.SETTLE, cursor.knobs(canvas, time));
  }

  /** Those of the block's first slot. */
  private float[] numbers() {
    Slots first = Slots.shared(cursor.first());
    StepRandom random = request.random().at(cursor.turn(), first, request.scope());
    try (NDArray uniform = random.uniform(PlanRequest.FIRST_DRAW, 2)) {
      return uniform.toFloatArray();
    }
  }

  @Override
  public Draw draw(Step step, Distribution distribution, StepRandom random, boolean mode) {
    Distribution settling = draws.settling(distribution);
    return mode ? settling.mode() : settling.draw(random);
  }

  @Override
  public void observe(Step step, Draw draw, Canvas canvas) {
    long[] ids = draw.tokens().toLongArray();
    int count = step.slots().count();
    for (int sample = 0; sample < picks.length; sample++) {
      // Unknown slots stand first in the step, in the order of their numbers.
      int slot = step.slots().slot(sample, picks[sample]);
      if (cursor.unknown(canvas, sample) > 0) {
        canvas.settle(sample, slot, new long[] {ids[sample * count + picks[sample]]});
      }
    }
  }

  @Override
  public int expectedSteps() {
    return expectedSteps;
  }
}
