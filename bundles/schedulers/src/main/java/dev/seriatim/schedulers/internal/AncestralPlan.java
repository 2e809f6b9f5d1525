package dev.seriatim.schedulers.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.engine.StepRandom;
import dev.seriatim.api.part.Distribution;
import dev.seriatim.api.part.Draw;
import dev.seriatim.api.part.Levels;
import dev.seriatim.api.part.Plan;
import dev.seriatim.api.part.Step;

/**
 * Ancestral sampling of masked diffusion (Austin et al., "Structured denoising diffusion models in
 * discrete state-spaces", 2021; Sahoo et al., 2024, equation 7): time goes evenly from 1 to 0; from
 * t to s each unknown slot stays unknown with probability s / t, and otherwise holds what the
 * distribution draws. The mask is an id like any other in this draw.
 */
final class AncestralPlan implements Plan {
  private final BlockDiffusion settings;
  private final MaskDraw draws;
  private final BlockCursor cursor;

  AncestralPlan(BlockDiffusion settings) {
    this.settings = settings;
    this.draws = new MaskDraw(settings.mask());
    this.cursor = new BlockCursor(settings.blockLength());
  }

  @Override
  public Step next(Canvas canvas) {
    return cursor.next(canvas)
        ? new Step(
            cursor.turn(),
            cursor.slots(canvas),
            Levels.SETTLE,
            cursor.knobs(canvas, time(cursor.turn())))
        : null;
  }

  private double time(int turn) {
    return settings.steps() == 1 ? 1 : 1 - turn / (settings.steps() - 1.0);
  }

  /** The probability that an unknown slot stays unknown in a turn; none does in the last. */
  private double staying(int turn) {
    double time = time(turn);
    return turn + 1 >= settings.steps() ? 0 : Math.max(0, time - 1.0 / settings.steps()) / time;
  }

  @Override
  public Draw draw(Step step, Distribution distribution, StepRandom random, boolean mode) {
    Draw draw = draws.staying(distribution, staying(step.index())).draw(random);
    if (!mode) {
      return draw;
    }
    // Which slots settle is random all the same.
    NDArray best = draws.settling(distribution).mode().tokens();
    NDArray stays = draw.tokens().eq(settings.mask());
    return Draw.of(NDArrays.where(stays, draw.tokens(), best), draw.logProb());
  }

  @Override
  public void observe(Step step, Draw draw, Canvas canvas) {
    long[] ids = draw.tokens().toLongArray();
    int count = step.slots().count();
    for (int cell = 0; cell < ids.length; cell++) {
      int sample = cell / count;
      int slot = step.slots().slot(sample, cell % count);
      if (ids[cell] != settings.mask() && !canvas.isSettled(sample, slot)) {
        canvas.settle(sample, slot, new long[] {ids[cell]});
      }
    }
  }
}
