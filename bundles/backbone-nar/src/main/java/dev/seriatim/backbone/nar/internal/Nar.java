package dev.seriatim.backbone.nar.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.BackboneContext;
import dev.seriatim.api.part.ContextRequest;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.KernelPart;
import dev.seriatim.api.part.Lesson;
import dev.seriatim.api.part.PartException;
import dev.seriatim.kernels.ConditionInputs;

/**
 * NAR (He et al., "Neighboring autoregressive modeling for efficient visual generation", 2025):
 * each token predicts its right and its lower neighbour, so that an anti-diagonal of a grid is
 * predicted at once. The state of a slot is that of its left neighbour, which predicts to the
 * right, beside that of its upper neighbour, which predicts below; each times its share in the
 * prediction: a half, or one at an edge where there is no other. Both neighbours of the first slot
 * are the condition.
 */
record Nar(Kernel kernel, NarFactory.Configuration size, Frame frame)
    implements Backbone, KernelPart {
  @Override
  public int width() {
    return frame.width();
  }

  @Override
  public BackboneContext open(ContextRequest request) {
    PartException.require(
        request.canvas().layout().equals(frame.layout()),
        NarFactory.ID,
        "layout",
        String.valueOf(frame.layout()),
        request.canvas().layout());
    NDManager scope = request.scope();
    ConditionInputs condition =
        ConditionInputs.of(NarFactory.ID, kernel, frame.conditions(), request);
    NDArray table = kernel.callForOne(scope, "rotary_table");
    NDArray cache = size.network().cache(frame, size.blocks(), request.rows().size(), scope);
    return new NarContext(
        kernel,
        (Grid) frame.layout(),
        request.streams(),
        new NarContext.Memory(condition, table, cache),
        0);
  }

  @Override
  public NDArray teach(Lesson lesson) {
    ConditionInputs condition =
        ConditionInputs.of(NarFactory.ID, kernel, frame.conditions(), lesson);
    return kernel.callForOne(
        lesson.scope(), "teach", lesson.tokens(), condition.states(), condition.valid());
  }

  @Override
  public void close() {
    kernel.close();
  }
}
