package dev.seriatim.backbone.maskgit.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.part.BackboneContext;
import dev.seriatim.api.part.Draw;
import dev.seriatim.api.part.Hidden;
import dev.seriatim.api.part.Step;
import dev.seriatim.api.part.Stream;
import dev.seriatim.kernels.CanvasTensors;
import java.util.List;

/**
 * Keeps nothing from step to step: since every slot sees all others, every state changes with each
 * token that settles.
 */
final class MaskedContext implements BackboneContext {
  private final Kernel kernel;
  private final List<Stream> streams;

  /** int64 [row]: rows of the condition table. */
  private final NDArray labels;

  MaskedContext(Kernel kernel, List<Stream> streams, NDArray labels) {
    this.kernel = kernel;
    this.streams = streams;
    this.labels = labels;
  }

  @Override
  public Hidden forward(Step step, Canvas canvas, NDManager scope) {
    NDArray states =
        kernel.callForOne(
            scope,
            "predict",
            CanvasTensors.ids(canvas, scope),
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
    return new MaskedContext(kernel, streams, own);
  }

  @Override
  public void close() {
    labels.close();
  }
}
