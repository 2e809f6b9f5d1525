package dev.seriatim.backbone.llama.internal;

import ai.djl.ndarray.NDArray;
import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.BackboneContext;
import dev.seriatim.api.part.ContextRequest;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.KernelPart;
import dev.seriatim.api.part.Lesson;
import dev.seriatim.api.part.PartException;
import dev.seriatim.kernels.BlockContext;
import dev.seriatim.kernels.CausalContext;
import dev.seriatim.kernels.SettledFirstContext;
import java.util.List;

/**
 * The transformer of LLaMA (Touvron et al., 2023) and of the models of its kind: Qwen2 and Qwen3,
 * and with attention that is not causal LLaDA, Dream and SDAR, or causal over another order WeDLM.
 * Canvases are sequences no longer than the model's context.
 */
record Llama(Kernel kernel, LlamaFactory.Configuration size, Frame frame)
    implements Backbone, KernelPart {
  @Override
  public int width() {
    return size.width();
  }

  @Override
  public BackboneContext open(ContextRequest request) {
    int context = frame.layout().slots();
    PartException.require(
        request.canvas().layout() instanceof Sequence sequence && sequence.length() <= context,
        LlamaFactory.ID,
        "context",
        "a sequence of at most " + context + " slots",
        request.canvas().layout());
    int slots = request.canvas().layout().slots();
    int rows = request.streams().size() * request.canvas().samples();
    NDArray table = kernel.callForOne(request.scope(), "rotary_table", slots);
    NDArray cache =
        size.blockInputs() == 0
            ? null
            : kernel.callForOne(request.scope(), "empty_cache", rows, slots);
    if (size.causal()) {
      return CausalContext.ofText(
          LlamaFactory.ID, kernel, request.streams(), List.of(table), cache, true);
    }
    if (size.settledFirst()) {
      return new SettledFirstContext(
          LlamaFactory.ID, kernel, size.mask(), request, List.of(table), cache);
    }
    BlockContext.Network network =
        new BlockContext.Network(LlamaFactory.ID, kernel, size.blockInputs(), size.mask());
    return new BlockContext(network, request, List.of(table), cache);
  }

  @Override
  public NDArray teach(Lesson lesson) {
    return kernel.callForOne(lesson.scope(), "teach", lesson.tokens(), lesson.exposure().levels());
  }

  @Override
  public void close() {
    kernel.close();
  }
}
