package dev.seriatim.schedulers.internal;

import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.part.Draw;
import dev.seriatim.api.part.Knobs;
import dev.seriatim.api.part.Levels;
import dev.seriatim.api.part.Plan;
import dev.seriatim.api.part.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The path of one request through masked decoding in random order. */
final class MaskedRandomPlan implements Plan {
  private final MaskedRandom settings;
  private final int slots;

  /** Unknown slots of each sample at the start, the last to settle first. */
  private final int[][] orders;

  /** How many of them are unknown before each iteration, [sample][iteration]. */
  private final int[][] unknown;

  /** How many slots the schedule has settled before each iteration on a blank canvas. */
  private final double[] progress;

  private final List<Step> steps = new ArrayList<>();
  private int done;

  MaskedRandomPlan(MaskedRandom settings, int slots, int[][] orders) {
    this.settings = settings;
    this.slots = slots;
    this.orders = orders;
    this.unknown =
        Arrays.stream(orders).map(order -> settings.unknown(order.length)).toArray(int[][]::new);
    this.progress =
        Arrays.stream(settings.unknown(slots)).mapToDouble(n -> 1 - (double) n / slots).toArray();
    for (int iteration = 0; iteration < settings.iterations(); iteration++) {
      int most = 0;
      for (int sample = 0; sample < orders.length; sample++) {
        most = Math.max(most, settling(sample, iteration));
      }
      // A sample of which little was unknown may have nothing to settle while it waits for the end.
      if (most > 0) {
        steps.add(step(iteration, most));
      }
    }
  }

  private int settling(int sample, int iteration) {
    return unknown[sample][iteration] - unknown[sample][iteration + 1];
  }

  private Step step(int iteration, int count) {
    int[][] rows = new int[orders.length][];
    for (int sample = 0; sample < rows.length; sample++) {
      rows[sample] = row(sample, iteration, count);
    }
    return new Step(iteration, Slots.perSample(rows), Levels.SETTLE, knobs(iteration));
  }

  /**
   * The slots that a sample settles, ascending. Where others settle more, settled slots follow,
   * which keep what they hold; where there are too few of these, slots that stay unknown.
   */
  private int[] row(int sample, int iteration, int count) {
    int before = unknown[sample][iteration];
    int after = unknown[sample][iteration + 1];
    int[] order = orders[sample];
    IntStream settles = IntStream.of(Arrays.copyOfRange(order, after, before)).sorted();
    IntStream stays = IntStream.of(Arrays.copyOf(order, after));
    boolean[] isUnknown = new boolean[slots];
    for (int i = 0; i < before; i++) {
      isUnknown[order[i]] = true;
    }
    IntStream settled = IntStream.range(0, slots).filter(slot -> !isUnknown[slot]);
    return IntStream.concat(IntStream.concat(settles, settled), stays).limit(count).toArray();
  }

  /** By the schedule on a blank canvas, so that a sample's are the same in any batch. */
  private Knobs knobs(int iteration) {
    int last = settings.iterations() - 1;
    Map<String, Double> values = new HashMap<>();
    values.put(Knobs.PROGRESS, progress[iteration]);
    // The last iteration settles all that is left; its guidance is that of the slot left to it.
    double after = iteration == last ? (slots - 1.0) / slots : progress[iteration + 1];
    values.put(Knobs.PROGRESS_AFTER, after);
    values.put(Knobs.STEP_SHARE, last == 0 ? 1 : (double) iteration / last);
    if (!settings.headSteps().isHeads()) {
      values.put(Knobs.HEAD_STEPS, (double) settings.headSteps().at(progress[iteration]));
    }
    return new Knobs(values);
  }

  @Override
  public Step next(Canvas canvas) {
    return done == steps.size() ? null : steps.get(done++);
  }

  @Override
  public void observe(Step step, Draw draw, Canvas canvas) {
    step.write(draw, canvas);
    int iteration = step.index();
    for (int sample = 0; sample < canvas.samples(); sample++) {
      for (int i = 0; i < unknown[sample][iteration + 1]; i++) {
        canvas.setLevel(sample, orders[sample][i], 0);
      }
    }
  }

  @Override
  public int expectedSteps() {
    return steps.size();
  }
}
