package dev.seriatim.backbone.llamagen.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.BackboneContext;
import dev.seriatim.api.part.ContextRequest;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.KernelPart;
import dev.seriatim.api.part.Lesson;
import dev.seriatim.api.part.PartException;
import dev.seriatim.kernels.CausalContext;
import dev.seriatim.kernels.ConditionInputs;
import dev.seriatim.kernels.GridTransformer;
import java.util.ArrayList;
import java.util.List;

/**
 * LlamaGen (Sun et al., "Autoregressive model beats diffusion: Llama for scalable image
 * generation", 2024): a language model's transformer over the tokens of a grid in raster order,
 * with rotary positions by row and column.
 */
record LlamaGen(Kernel kernel, GridTransformer size, Frame frame) implements Backbone, KernelPart {
  @Override
  public int width() {
    return size.width();
  }

  @Override
  public BackboneContext open(ContextRequest request) {
    PartException.require(
        request.canvas().layout().equals(frame.layout()),
        LlamaGenFactory.ID,
        "layout",
        String.valueOf(frame.layout()),
        request.canvas().layout());
    NDManager scope = request.scope();
    ConditionInputs condition =
        ConditionInputs.of(LlamaGenFactory.ID, kernel, frame.conditions(), request);
    List<NDArray> given = new ArrayList<>(condition.arguments());
    given.add(kernel.callForOne(scope, "rotary_table"));
    NDArray cache = size.cache(frame, size.layers(), request.rows().size(), scope);
    return new CausalContext(LlamaGenFactory.ID, kernel, request.streams(), given, cache);
  }

  @Override
  public NDArray teach(Lesson lesson) {
    ConditionInputs condition =
        ConditionInputs.of(LlamaGenFactory.ID, kernel, frame.conditions(), lesson);
    return kernel.callForOne(
        lesson.scope(), "teach", lesson.tokens(), condition.states(), condition.valid());
  }

  @Override
  public void close() {
    kernel.close();
  }
}
