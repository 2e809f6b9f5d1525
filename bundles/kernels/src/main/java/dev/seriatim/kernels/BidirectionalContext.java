package dev.seriatim.kernels;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.part.BackboneContext;
import dev.seriatim.api.part.Draw;
import dev.seriatim.api.part.Hidden;
import dev.seriatim.api.part.Step;
import dev.seriatim.api.part.Stream;
import java.util.List;

/**
 * The context of a masked backbone, in which every slot sees all that are settled. It keeps nothing
 * from step to step, since every state changes with each token that settles.
 *
 * <p>The kernel's method {@code predict(tokens, settled, labels, slots)} gives states [row, n,
 * width] of the slots, int64 [sample, n], from the canvas: ids, int64 [sample, slot, codebook], or
 * vectors, float32 [sample, slot, width], and which of them are settled, bool [sample, slot].
 */
public final class BidirectionalContext implements BackboneContext {
  private final Kernel kernel;
  private final List<Stream> streams;
  private final NDArray labels;

  /**
   * A context.
   *
   * @param labels int64 [row], rows of the table of conditions; closed with the context
   */
  public BidirectionalContext(Kernel kernel, List<Stream> streams, NDArray labels) {
    this.kernel = kernel;
    this.streams = List.copyOf(streams);
    this.labels = labels;
  }

  @Override
  public Hidden forward(Step step, Canvas canvas, NDManager scope) {
    boolean ids = canvas.tokenSpace() instanceof TokenSpace.Discrete;
    NDArray states =
        kernel.callForOne(
            scope,
            "predict",
            ids ? CanvasTensors.ids(canvas, scope) : CanvasTensors.vectors(canvas, scope),
            CanvasTensors.settled(canvas, scope),
            labels,
            CanvasTensors.numbers(step.slots(), canvas.samples(), scope));
    return new Hidden(streams, states);
  }

  @Override
  public void advance(Step step, Draw draw, Canvas canvas) {
    // The canvas says it all.
  }

  @Override
  public void rollback(List<int[]> withdrawn) {
    // The canvas says it all.
  }

  @Override
  public BackboneContext fork(NDManager scope) {
    NDArray own = labels.duplicate();
    own.attach(scope);
    return new BidirectionalContext(kernel, streams, own);
  }

  @Override
  public void close() {
    labels.close();
  }
}
