package dev.seriatim.backbone.mamba.internal;

import static dev.seriatim.api.part.PartException.require;

import ai.djl.ndarray.NDArray;
import dev.seriatim.api.canvas.Layout;
import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.BackboneContext;
import dev.seriatim.api.part.ContextRequest;
import dev.seriatim.api.part.KernelPart;
import dev.seriatim.api.part.Lesson;
import dev.seriatim.api.part.Stream;
import java.util.List;

/**
 * Mamba (Gu and Dao, "Mamba: linear-time sequence modeling with selective state spaces", 2023): a
 * text's past is a state of fixed size, so every token costs the same, and no length is too long.
 */
record Mamba(Kernel kernel, MambaFactory.Configuration size) implements Backbone, KernelPart {
  @Override
  public int width() {
    return size.width();
  }

  @Override
  public BackboneContext open(ContextRequest request) {
    Layout layout = request.canvas().layout();
    require(layout instanceof Sequence, MambaFactory.ID, "layout", "a sequence", layout);
    require(
        request.streams().equals(List.of(Stream.CONDITIONAL)),
        MambaFactory.ID,
        "streams",
        "the conditional one alone, as there is no condition to drop",
        request.streams());
    RecurrentState state = RecurrentState.start(size, request.canvas().samples(), request.scope());
    return new RecurrentContext(kernel, request.streams(), state);
  }

  @Override
  public NDArray teach(Lesson lesson) {
    return kernel.callForOne(lesson.scope(), "teach", lesson.tokens().squeeze(2));
  }

  @Override
  public void close() {
    kernel.close();
  }
}
