package dev.seriatim.family.llada.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.Distribution;
import dev.seriatim.api.part.Head;
import dev.seriatim.api.part.KernelPart;
import dev.seriatim.api.part.Step;
import dev.seriatim.api.verification.RecordedModel;

/**
 * The network on rows as the official code has them: texts of a batch end at the same place, and
 * what is left of the shorter ones is padding, which nothing sees.
 *
 * @param scope owns what it computes
 */
record WholeRows(RecordedModel model, NDManager scope) {
  /**
   * The distribution of every token, that of the padding as well.
   *
   * @param ids int64 [row, n]
   * @param present bool [row, n], false where there is padding; null for none
   */
  Distribution distribution(NDArray ids, NDArray present) {
    Kernel kernel = ((KernelPart) model.part("backbone", Backbone.class)).kernel();
    long n = ids.getShape().get(1);
    NDArray slots = scope.arange(0, (int) n, 1, ids.getDataType()).expandDims(0);
    NDArray states =
        kernel.callForOne(
            scope,
            "predict",
            ids.expandDims(2),
            present,
            kernel.callForOne(scope, "rotary_table", n),
            null,
            0,
            slots.broadcast(ids.getShape()));
    Step all = Step.settle(0, Slots.range(0, (int) n));
    return model.part("head", Head.class).distribution(states, all);
  }
}
