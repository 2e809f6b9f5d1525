package dev.seriatim.backbone.transformer.internal;

import static dev.seriatim.api.part.PartException.require;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
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
import dev.seriatim.kernels.LabelRows;
import java.util.Collections;
import java.util.List;

/**
 * A decoder-only transformer over the slots in the order of their numbers (Vaswani et al., 2017;
 * Radford et al., 2019): GPT-2. It begins with a condition, or with a text's first token.
 *
 * @param positions rows of the table of positions
 */
record CausalTransformer(
    Kernel kernel, CausalTransformerFactory.Configuration size, int positions, Frame frame)
    implements Backbone, KernelPart {
  private static final String ID = CausalTransformerFactory.ID;

  @Override
  public int width() {
    return size.width();
  }

  @Override
  public BackboneContext open(ContextRequest request) {
    Layout canvas = request.canvas().layout();
    checkFits(canvas);
    int rows = request.streams().size() * request.canvas().samples();
    NDArray cache = cache(rows, Math.min(canvas.slots(), positions), request.scope());
    if (size.conditioned()) {
      NDArray labels = labels(request.rows(), request.scope());
      return new CausalContext(ID, kernel, request.streams(), List.of(labels), cache);
    }
    BackboneContext text =
        CausalContext.ofText(ID, kernel, request.streams(), Collections.singletonList(null), cache);
    return canvas.slots() <= positions
        ? text
        : new SlidingContext(kernel, request.streams(), positions, text);
  }

  /** Images have one size; texts may be shorter than the context, and longer where it slides. */
  private void checkFits(Layout canvas) {
    boolean text = frame.layout() instanceof Sequence && canvas instanceof Sequence;
    if (!text) {
      require(canvas.equals(frame.layout()), ID, "layout", String.valueOf(frame.layout()), canvas);
    } else if (!size.slides()) {
      require(
          canvas.slots() <= positions,
          ID,
          "context",
          "a sequence of at most " + positions + " slots",
          canvas);
    }
  }

  /** float32 [layer, key or value, row, head, input, head width]. */
  private NDArray cache(int rows, int inputs, NDManager scope) {
    int headWidth = size.width() / size.heads();
    return scope.zeros(new Shape(size.layers(), 2, rows, size.heads(), inputs, headWidth));
  }

  @Override
  public NDArray teach(Lesson lesson) {
    NDArray labels = size.conditioned() ? labels(lesson.conditions(), lesson.scope()) : null;
    return kernel.callForOne(lesson.scope(), "teach", lesson.tokens(), labels);
  }

  @Override
  public void close() {
    kernel.close();
  }

  private NDArray labels(List<Condition> conditions, NDManager scope) {
    return LabelRows.of(ID, frame.conditions(), conditions, scope);
  }
}
