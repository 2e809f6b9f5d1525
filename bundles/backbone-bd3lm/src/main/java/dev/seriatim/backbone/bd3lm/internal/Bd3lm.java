package dev.seriatim.backbone.bd3lm.internal;

import static dev.seriatim.api.part.PartException.require;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.BackboneContext;
import dev.seriatim.api.part.ContextRequest;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.KernelPart;
import dev.seriatim.api.part.Knobs;
import dev.seriatim.api.part.Lesson;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.Step;
import dev.seriatim.kernels.BlockContext;
import java.util.List;

/**
 * A transformer that denoises the masked tokens of a block, given the blocks before it (Arriola et
 * al., "Block diffusion: interpolating between autoregressive and diffusion language models",
 * 2025). Where it is told the time of the diffusion, a step has to say it by the knob {@link
 * Knobs#MASK_RATE}.
 */
record Bd3lm(Kernel kernel, Bd3lmFactory.Configuration size, Frame frame)
    implements Backbone, KernelPart {
  @Override
  public int width() {
    return size.width();
  }

  @Override
  public BackboneContext open(ContextRequest request) {
    refuseConditions(request.conditions());
    int slots = request.canvas().layout().slots();
    int longest = frame.layout().slots();
    require(
        request.canvas().layout() instanceof Sequence && slots <= longest,
        Bd3lmFactory.ID,
        "layout",
        "a sequence of at most " + longest + " slots",
        request.canvas().layout());
    int rows = request.streams().size() * request.canvas().samples();
    int heads = size.heads();
    Shape cache = new Shape(size.layers(), 2, rows, heads, slots, size.width() / heads);
    return new BlockContext(
        new BlockContext.Network(Bd3lmFactory.ID, kernel, size.blockSize(), size.maskId()),
        request,
        List.of(),
        request.scope().zeros(cache),
        step -> List.of(rate(step)));
  }

  private double rate(Step step) {
    double rate = step.knobs().get(Knobs.MASK_RATE, size.timeConditioning() ? Double.NaN : 1);
    require(
        rate >= 0 && rate <= 1,
        Bd3lmFactory.ID,
        Knobs.MASK_RATE,
        "a scheduler that says the time of each step, the same for all samples",
        "a step without it");
    return rate;
  }

  /** Shows the slots that are exposed, and the mask in the others. */
  @Override
  public NDArray teach(Lesson lesson) {
    refuseConditions(lesson.conditions());
    require(
        !size.timeConditioning(),
        Bd3lmFactory.ID,
        "time-conditioning",
        "false in training",
        size.timeConditioning());
    return kernel.callForOne(lesson.scope(), "teach", lesson.tokens(), lesson.exposure().levels());
  }

  private static void refuseConditions(List<Condition> conditions) {
    for (Condition condition : conditions) {
      if (!condition.equals(Condition.NONE)) {
        throw PartException.of(Bd3lmFactory.ID, "condition", "none", condition.toString());
      }
    }
  }

  @Override
  public void close() {
    kernel.close();
  }
}
