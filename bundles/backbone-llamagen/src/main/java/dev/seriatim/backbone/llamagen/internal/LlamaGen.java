package dev.seriatim.backbone.llamagen.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.model.Condition;
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
    List<Condition> rows = request.rows();
    List<Condition> requested = new ArrayList<>();
    request.streams().forEach(stream -> requested.addAll(request.conditions()));
    List<NDArray> given = new ArrayList<>(inputs(rows, requested, scope).arguments());
    given.add(kernel.callForOne(scope, "rotary_table"));
    NDArray cache = size.cache(frame, size.layers(), rows.size(), scope);
    return new CausalContext(LlamaGenFactory.ID, kernel, request.streams(), given, cache);
  }

  @Override
  public NDArray teach(Lesson lesson) {
    ConditionInputs condition = inputs(lesson.conditions(), lesson.conditions(), lesson.scope());
    return kernel.callForOne(
        lesson.scope(), "teach", lesson.tokens(), condition.states(), condition.valid());
  }

  private ConditionInputs inputs(List<Condition> rows, List<Condition> padded, NDManager scope) {
    return ConditionInputs.of(LlamaGenFactory.ID, kernel, frame.conditions(), rows, padded, scope);
  }

  @Override
  public void close() {
    kernel.close();
  }
}
