package dev.seriatim.backbone.transformer.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.BackboneContext;
import dev.seriatim.api.part.ContextRequest;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.Lesson;
import dev.seriatim.api.part.PartException;
import dev.seriatim.kernels.CausalContext;
import dev.seriatim.kernels.LabelRows;
import java.util.List;

/**
 * A decoder-only transformer over the slots in the order of their numbers (Vaswani et al., 2017;
 * Radford et al., 2019). The condition stands where the first token of a text would.
 */
record CausalTransformer(Kernel kernel, CausalTransformerFactory.Configuration size, Frame frame)
    implements Backbone {
  @Override
  public int width() {
    return size.width();
  }

  @Override
  public BackboneContext open(ContextRequest request) {
    if (!request.canvas().layout().equals(frame.layout())) {
      throw PartException.of(
          CausalTransformerFactory.ID,
          "layout",
          String.valueOf(frame.layout()),
          String.valueOf(request.canvas().layout()));
    }
    NDArray labels = labels(request.rows(), request.scope());
    NDArray cache =
        request
            .scope()
            .zeros(
                new Shape(
                    size.layers(),
                    2,
                    request.rows().size(),
                    size.heads(),
                    frame.layout().slots(),
                    size.width() / size.heads()));
    return new CausalContext(
        CausalTransformerFactory.ID, kernel, request.streams(), List.of(labels), cache);
  }

  @Override
  public NDArray teach(Lesson lesson) {
    NDArray labels = labels(lesson.conditions(), lesson.scope());
    return kernel.callForOne(lesson.scope(), "teach", lesson.tokens(), labels);
  }

  @Override
  public void close() {
    kernel.close();
  }

  private NDArray labels(List<Condition> conditions, NDManager scope) {
    return LabelRows.of(CausalTransformerFactory.ID, frame.conditions(), conditions, scope);
  }
}
