package dev.seriatim.backbone.mar.internal;

import static dev.seriatim.api.part.PartException.require;

import ai.djl.ndarray.NDArray;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.BackboneContext;
import dev.seriatim.api.part.ContextRequest;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.KernelPart;
import dev.seriatim.api.part.Lesson;
import dev.seriatim.kernels.BidirectionalContext;
import dev.seriatim.kernels.LabelRows;

/**
 * A masked autoencoder in which every slot sees all settled ones (Li et al., "Autoregressive image
 * generation without vector quantization", 2024): an encoder over the settled tokens alone, then a
 * decoder over all slots. Serves any order of slots, and samples of which different numbers of
 * slots are settled.
 */
record Mar(Kernel kernel, Frame frame) implements Backbone, KernelPart {
  @Override
  public int width() {
    return frame.width();
  }

  @Override
  public BackboneContext open(ContextRequest request) {
    require(
        request.canvas().layout().equals(frame.layout()),
        MarFactory.ID,
        "layout",
        String.valueOf(frame.layout()),
        request.canvas().layout());
    NDArray labels =
        LabelRows.of(MarFactory.ID, frame.conditions(), request.rows(), request.scope());
    return new BidirectionalContext(kernel, request.streams(), labels);
  }

  /** Slots of a level below 1 are not seen; none is where the lesson says nothing. */
  @Override
  public NDArray teach(Lesson lesson) {
    NDArray labels =
        LabelRows.of(MarFactory.ID, frame.conditions(), lesson.conditions(), lesson.scope());
    return kernel.callForOne(
        lesson.scope(), "teach", lesson.tokens(), lesson.exposure().levels(), labels);
  }

  @Override
  public void close() {
    kernel.close();
  }
}
