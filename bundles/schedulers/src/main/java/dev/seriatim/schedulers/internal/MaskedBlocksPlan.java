package dev.seriatim.schedulers.internal;

import static dev.seriatim.api.part.PlanRequest.FIRST_DRAW;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.engine.RandomStreams;
import dev.seriatim.api.engine.StepRandom;
import dev.seriatim.api.part.Distribution;
import dev.seriatim.api.part.Draw;
import dev.seriatim.api.part.Knobs;
import dev.seriatim.api.part.Levels;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.Plan;
import dev.seriatim.api.part.PlanRequest;
import dev.seriatim.api.part.Step;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;

/** The path of one request through masked decoding in blocks. */
final class MaskedBlocksPlan implements Plan {
  private final MaskedBlocks settings;
  private final RandomStreams random;
  private final NDManager scope;
  private final Canvas canvas;
  private final BlockPath[] paths;

  /** Slots of each sample that may settle in this step. */
  private final int[][] candidates;

  /** How many of them do at least. */
  private final int[] counts;

  /** Which samples take all that is left in this step. */
  private final boolean[] committed;

  private int done;

  MaskedBlocksPlan(MaskedBlocks settings, PlanRequest request) {
    this.settings = settings;
    this.random = request.random();
    this.scope = request.scope();
    this.canvas = request.canvas();
    int samples = canvas.samples();
    this.paths =
        IntStream.range(0, samples)
            .mapToObj(sample -> new BlockPath(settings, canvas, sample))
            .toArray(BlockPath[]::new);
    this.candidates = new int[samples][];
    this.counts = new int[samples];
    this.committed = new boolean[samples];
    int steps = length();
    PartException.require(steps <= 65536, MaskedBlocksFactory.ID, "steps", "at most 65536", steps);
  }

  /** Steps of the longest path. */
  private int length() {
    return Arrays.stream(paths).mapToInt(BlockPath::length).max().orElse(0);
  }

  @Override
  public Step next(Canvas canvas) {
    for (; done < length(); advance()) {
      for (int sample = 0; sample < paths.length; sample++) {
        BlockPath.Turn turn = paths[sample].turn(canvas);
        candidates[sample] = turn == null ? new int[0] : candidates(turn, sample);
        counts[sample] = turn == null ? 0 : Math.min(turn.count(), candidates[sample].length);
        committed[sample] = false;
      }
      // Where there are more steps than slots, some would change nothing: they are passed over.
      if (IntStream.of(counts).sum() > 0) {
        int[][] rows = new int[paths.length][];
        Arrays.setAll(rows, this::predicted);
        return new Step(done, UnknownSlots.first(canvas, rows), Levels.SETTLE, knobs());
      }
    }
    return null;
  }

  private void advance() {
    for (BlockPath path : paths) {
      path.advance();
    }
    done++;
  }

  private int[] candidates(BlockPath.Turn turn, int sample) {
    int[] block = turn.count() == 0 ? new int[0] : turn.unknown(canvas, sample);
    if (settings.transfer() != Transfer.INDEPENDENT) {
      return block;
    }
    float probability = Transfer.revealed(turn.step(), turn.steps(), settings.lastTime());
    int slots = canvas.layout().slots();
    try (NDArray numbers = random.at(done, Slots.range(0, slots), scope).uniform(FIRST_DRAW, 1)) {
      float[] uniform = numbers.toFloatArray();
      return IntStream.of(block)
          .filter(slot -> uniform[sample * slots + slot] < probability)
          .toArray();
    }
  }

  /** What a sample's step predicts: its candidates first, and all else where all may be taken. */
  private int[] predicted(int sample) {
    if (settings.commit().isNever() || counts[sample] == 0) {
      return candidates[sample];
    }
    IntStream others =
        IntStream.range(0, canvas.layout().slots())
            .filter(slot -> !canvas.isSettled(sample, slot))
            .filter(slot -> Arrays.binarySearch(candidates[sample], slot) < 0);
    return IntStream.concat(IntStream.of(candidates[sample]), others).toArray();
  }

  /** By the settings alone, so that a sample is guided the same in any batch. */
  private Knobs knobs() {
    int steps = settings.steps() == 0 ? canvas.layout().slots() : settings.steps();
    return new Knobs(
        Map.of(
            Knobs.PROGRESS,
            Math.min(1, (double) done / steps),
            Knobs.PROGRESS_AFTER,
            Math.min(1, (done + 1.0) / steps),
            Knobs.STEP_SHARE,
            steps == 1 ? 1 : Math.min(1, done / (steps - 1.0))));
  }

  @Override
  public Draw draw(Step step, Distribution distribution, StepRandom random, boolean mode) {
    Draw draw = settings.draw().draw(distribution, random, mode);
    if (settings.commit().isNever()) {
      return draw;
    }
    float[] gaps = EarlyCommit.gaps(Sureness.logits(MaskedBlocksFactory.ID, distribution));
    boolean[] taken = new boolean[paths.length];
    for (int sample = 0; sample < paths.length; sample++) {
      double progress = (done + 1.0) / Math.max(1, paths[sample].length());
      taken[sample] =
          counts[sample] > 0 && settings.commit().applies(step, canvas, sample, gaps, progress);
      committed[sample] = taken[sample];
    }
    NDArray best = distribution.mode().tokens();
    NDArray all = best.getManager().create(taken, new Shape(taken.length, 1, 1));
    NDArray tokens = NDArrays.where(all.broadcast(best.getShape()), best, draw.tokens());
    return new Draw(tokens, draw.logProb(), draw.confidence(), draw.feedback());
  }

  @Override
  public void observe(Step step, Draw draw, Canvas canvas) {
    float[] confidence = confidence(step, draw);
    float[] scores = scores(step, draw, confidence);
    int width = step.slots().count();
    for (int sample = 0; sample < paths.length; sample++) {
      int first = sample * width;
      int may = candidates[sample].length;
      Arrays.fill(scores, first + may, first + width, Float.NEGATIVE_INFINITY);
      int sure =
          (int)
              IntStream.range(first, first + may)
                  .filter(cell -> confidence[cell] >= settings.threshold())
                  .count();
      counts[sample] = Math.max(counts[sample], sure);
    }
    MostConfident.settle(
        step,
        draw,
        canvas,
        scores,
        (sample, before) -> committed[sample] ? 0 : before - counts[sample]);
    advance();
  }

  /** [sample, slot of the step]. */
  private float[] confidence(Step step, Draw draw) {
    return settings.draw().sureness() == Sureness.RANDOM
        ? uniform(step, draw, FIRST_DRAW).toFloatArray()
        : MostConfident.confidence(MaskedBlocksFactory.ID, draw).toFloatArray();
  }

  /** Confidences with noise, [sample, slot of the step]. */
  private float[] scores(Step step, Draw draw, float[] confidence) {
    float[] scores = confidence.clone();
    if (settings.noise() > 0) {
      float[] gumbel = GumbelNoise.of(uniform(step, draw, FIRST_DRAW + 1)).toFloatArray();
      for (int cell = 0; cell < scores.length; cell++) {
        scores[cell] += (float) settings.noise() * gumbel[cell];
      }
    }
    return scores;
  }

  private NDArray uniform(Step step, Draw draw, int number) {
    return random.at(step.index(), step.slots(), draw.tokens().getManager()).uniform(number, 1);
  }

  @Override
  public int expectedSteps() {
    boolean surprising =
        settings.transfer() == Transfer.INDEPENDENT
            || settings.threshold() <= 1
            || !settings.commit().isNever();
    return surprising
        ? 0
        : (int)
            IntStream.range(0, length())
                .filter(step -> Arrays.stream(paths).anyMatch(path -> path.settles(step)))
                .count();
  }
}
