package dev.seriatim.backbone.maskgit.internal;

import ai.djl.ndarray.NDArray;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.BackboneContext;
import dev.seriatim.api.part.ContextRequest;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.KernelPart;
import dev.seriatim.api.part.Lesson;
import dev.seriatim.api.part.PartException;
import dev.seriatim.kernels.BidirectionalContext;
import dev.seriatim.kernels.LabelRows;

/**
 * A transformer in which every slot sees all others; a mask stands for the token of a slot that is
 * not settled, and the condition comes first (Chang et al., "MaskGIT: Masked generative image
 * transformer", 2022). Serves any order of slots.
 *
 * @param id of the part
 */
record MaskedTransformer(String id, Kernel kernel, Frame frame) implements Backbone, KernelPart {
  @Override
  public int width() {
    return frame.width();
  }

  @Override
  public BackboneContext open(ContextRequest request) {
    PartException.require(
        request.canvas().layout().equals(frame.layout()),
        id,
        "layout",
        String.valueOf(frame.layout()),
        request.canvas().layout());
    NDArray labels = LabelRows.of(id, frame.conditions(), request.rows(), request.scope());
    return new BidirectionalContext(kernel, request.streams(), labels);
  }

  /** Slots of a level below 1 are masked; all are where the lesson says nothing. */
  @Override
  public NDArray teach(Lesson lesson) {
    NDArray labels = LabelRows.of(id, frame.conditions(), lesson.conditions(), lesson.scope());
    return kernel.callForOne(
        lesson.scope(), "teach", lesson.tokens(), lesson.exposure().levels(), labels);
  }

  @Override
  public void close() {
    kernel.close();
  }
}
