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
    List<Condition> rows = request.rows();
    NDArray cache =
        request
            .scope()
            .zeros(
                new Shape(
                    size.layers(),
                    2,
                    rows.size(),
                    size.heads(),
                    frame.layout().slots(),
                    size.width() / size.heads()));
    return new CausalContext(kernel, request.streams(), labels(rows, request.scope()), cache, 0);
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

  /** Rows of the condition table: a label's index, or the row after the last label for none. */
  private NDArray labels(List<Condition> conditions, NDManager scope) {
    int none = frame.conditions().labels().size();
    long[] indices = new long[conditions.size()];
    for (int row = 0; row < indices.length; row++) {
      indices[row] = index(conditions.get(row), none);
    }
    return scope.create(indices);
  }

  private static int index(Condition condition, int none) {
    if (condition.equals(Condition.NONE)) {
      return none;
    }
    if (condition instanceof Condition.Label label && label.index() >= 0 && label.index() < none) {
      return label.index();
    }
    throw PartException.of(
        CausalTransformerFactory.ID,
        "condition",
        "none, or a label from 0 to " + (none - 1),
        String.valueOf(condition));
  }
}
