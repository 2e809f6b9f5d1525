package dev.seriatim.backbone.transformer.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.part.BackboneContext;
import dev.seriatim.api.part.Draw;
import dev.seriatim.api.part.Hidden;
import dev.seriatim.api.part.Step;
import dev.seriatim.api.part.Stream;
import dev.seriatim.kernels.CanvasTensors;
import java.util.List;

/**
 * The context of a text longer than the table of positions, as nanoGPT's {@code generate} treats
 * it: a slot is predicted from the last tokens that there are positions for, the first of them at
 * position 0. Once the text is longer, every token is at another position for each slot, so nothing
 * can be cached; before that it is an ordinary context.
 */
final class SlidingContext implements BackboneContext {
  private final Kernel kernel;
  private final List<Stream> streams;
  private final int positions;
  private final BackboneContext beginning;

  /**
   * @param positions that there are
   * @param beginning the context for as long as the text is no longer; closed with this one
   */
  SlidingContext(Kernel kernel, List<Stream> streams, int positions, BackboneContext beginning) {
    this.kernel = kernel;
    this.streams = List.copyOf(streams);
    this.positions = positions;
    this.beginning = beginning;
  }

  @Override
  public Hidden forward(Step step, Canvas canvas, NDManager scope) {
    Slots slots = step.slots();
    int last = 0;
    for (int sample = 0; sample < canvas.samples(); sample++) {
      last = Math.max(last, slots.slot(sample, slots.count() - 1));
    }
    if (last <= positions) {
      return beginning.forward(step, canvas, scope);
    }
    NDList states = new NDList();
    for (int i = 0; i < slots.count(); i++) {
      states.add(window(slots, i, canvas, scope));
    }
    return new Hidden(streams, NDArrays.stack(states, 1));
  }

  /** States that predict one slot of each sample, [stream · sample, width]. */
  private NDArray window(Slots slots, int index, Canvas canvas, NDManager scope) {
    int[][] tokens = new int[canvas.samples()][positions];
    long[] last = new long[streams.size() * canvas.samples()];
    for (int row = 0; row < last.length; row++) {
      int sample = row % canvas.samples();
      int slot = slots.slot(sample, index);
      int first = Math.max(0, slot - positions);
      last[row] = slot - 1L - first;
      for (int i = 0; i < positions; i++) {
        // What is after the last is not seen: any token that is there will do.
        tokens[sample][i] = first + (int) Math.min(i, last[row]);
      }
    }
    NDArray ids =
        CanvasTensors.seen(
            CausalTransformerFactory.ID, canvas, Slots.perSample(tokens), streams.size(), scope);
    return kernel.callForOne(scope, "windows", ids, scope.create(last));
  }

  @Override
  public void advance(Step step, Draw draw, Canvas canvas) {
    beginning.advance(step, draw, canvas);
  }

  @Override
  public void rollback(List<int[]> withdrawn) {
    beginning.rollback(withdrawn);
  }

  @Override
  public BackboneContext fork(NDManager scope) {
    return new SlidingContext(kernel, streams, positions, beginning.fork(scope));
  }

  @Override
  public void close() {
    beginning.close();
  }
}
