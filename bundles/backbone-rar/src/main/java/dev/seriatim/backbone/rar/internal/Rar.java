package dev.seriatim.backbone.rar.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.BackboneContext;
import dev.seriatim.api.part.ContextRequest;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.KernelPart;
import dev.seriatim.api.part.Lesson;
import dev.seriatim.api.part.PartException;
import dev.seriatim.kernels.LabelRows;

/**
 * A causal transformer over the slots in any order, with positions that say where the next token
 * goes (Yu et al., "Randomized autoregressive visual generation", 2024). Each sample may have an
 * order of its own.
 */
record Rar(Kernel kernel, RarFactory.Configuration size, Frame frame)
    implements Backbone, KernelPart {
  @Override
  public int width() {
    return size.width();
  }

  @Override
  public BackboneContext open(ContextRequest request) {
    PartException.require(
        request.canvas().layout().equals(frame.layout()),
        RarFactory.ID,
        "layout",
        String.valueOf(frame.layout()),
        request.canvas().layout());
    NDArray labels =
        LabelRows.of(RarFactory.ID, frame.conditions(), request.rows(), request.scope());
    // The last token is never an input, but there are two inputs before the first.
    int inputs = frame.layout().slots() + 1;
    Shape shape =
        new Shape(
            size.layers(), 2, labels.size(), size.heads(), inputs, size.width() / size.heads());
    int samples = request.canvas().samples();
    return new RarContext(
        kernel, request.streams(), labels, request.scope().zeros(shape), RarOrder.of(samples));
  }

  @Override
  public NDArray teach(Lesson lesson) {
    NDArray labels =
        LabelRows.of(RarFactory.ID, frame.conditions(), lesson.conditions(), lesson.scope());
    return kernel.callForOne(
        lesson.scope(), "teach", lesson.tokens(), lesson.exposure().order(), labels);
  }

  @Override
  public void close() {
    kernel.close();
  }
}
