package dev.seriatim.backbone.nextscale.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.seriatim.api.canvas.Pyramid;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.BackboneContext;
import dev.seriatim.api.part.ContextRequest;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.KernelPart;
import dev.seriatim.api.part.Lesson;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.PyramidTokenizer;
import dev.seriatim.api.part.Tokenizer;
import dev.seriatim.kernels.LabelRows;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A transformer over a pyramid of scales, block-causal by scale, that is fed the features of a
 * {@link PyramidTokenizer}.
 *
 * @param kernel with the methods {@code teach}, {@code state} and {@code step}
 * @param id of the part
 */
record ScaleTransformer(Kernel kernel, String id, Frame frame) implements Backbone, KernelPart {
  @Override
  public int width() {
    return frame.width();
  }

  /** First slot of each scale, then the number of slots. */
  static List<Integer> bounds(Pyramid pyramid) {
    return IntStream.rangeClosed(0, pyramid.scales().size()).mapToObj(pyramid::firstSlot).toList();
  }

  Pyramid pyramid() {
    return (Pyramid) frame.layout();
  }

  @Override
  public BackboneContext open(ContextRequest request) {
    if (!request.canvas().layout().equals(frame.layout())) {
      throw PartException.of(
          id, "layout", frame.layout().toString(), request.canvas().layout().toString());
    }
    PyramidTokenizer tokenizer = pyramid(request.tokenizer());
    List<Condition> rows = request.rows();
    NDArray labels = LabelRows.of(id, frame.conditions(), rows, request.scope());
    NDList state = kernel.call(request.scope(), "state", labels);
    return new ScaleContext(this, request.streams(), tokenizer, labels, state, 0);
  }

  @Override
  public NDArray teach(Lesson lesson) {
    NDArray labels = LabelRows.of(id, frame.conditions(), lesson.conditions(), lesson.scope());
    NDArray features = pyramid(lesson.tokenizer()).teaching(lesson.tokens(), lesson.scope());
    return kernel.callForOne(lesson.scope(), "teach", features, labels);
  }

  private PyramidTokenizer pyramid(Tokenizer tokenizer) {
    if (tokenizer instanceof PyramidTokenizer pyramid) {
      return pyramid;
    }
    throw PartException.of(
        id,
        "tokenizer",
        "one of a pyramid of scales",
        tokenizer == null ? "none" : tokenizer.getClass().getSimpleName());
  }

  @Override
  public void close() {
    kernel.close();
  }
}
