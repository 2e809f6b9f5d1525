package dev.seriatim.backbone.timer.internal;

import static dev.seriatim.api.part.PartException.require;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.canvas.Layout;
import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.BackboneContext;
import dev.seriatim.api.part.ContextRequest;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.KernelPart;
import dev.seriatim.api.part.Lesson;
import dev.seriatim.kernels.CausalContext;
import java.util.List;

/**
 * A causal transformer over the patches of a series (Liu et al., "Timer: generative pre-trained
 * transformers are large time series models", 2024). It takes no condition and predicts no first
 * patch. Where it is taught, unknown patches show as zeros, which is the mean of a series.
 */
record Timer(Kernel kernel, TimerFactory.Configuration size, Frame frame)
    implements Backbone, KernelPart {
  private static final String ID = TimerFactory.ID;

  @Override
  public int width() {
    return size.width();
  }

  @Override
  public BackboneContext open(ContextRequest request) {
    Layout layout = request.canvas().layout();
    int most = frame.layout().slots();
    require(
        layout instanceof Sequence && layout.slots() <= most,
        ID,
        "layout",
        "a sequence of at most " + most + " patches",
        layout);
    refuseConditions(request.conditions());
    Shape shape =
        new Shape(
            size.layers(),
            2,
            request.canvas().samples(),
            size.heads(),
            Math.max(1, layout.slots() - 1),
            size.width() / size.heads());
    return CausalContext.ofText(
        ID, kernel, request.streams(), List.of(), request.scope().zeros(shape));
  }

  /** Unknown patches show as zeros; proposed ones as they are. */
  @Override
  public NDArray teach(Lesson lesson) {
    refuseConditions(lesson.conditions());
    NDArray levels = lesson.exposure().levels();
    NDArray shown =
        levels == null ? lesson.tokens() : lesson.tokens().mul(levels.ceil().expandDims(2));
    return kernel.callForOne(lesson.scope(), "teach", shown);
  }

  private static void refuseConditions(List<Condition> conditions) {
    for (Condition condition : conditions) {
      require(condition.equals(Condition.NONE), ID, "condition", "none", condition);
    }
  }

  @Override
  public void close() {
    kernel.close();
  }
}
