package dev.seriatim.kernels;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.part.PartException;
import java.util.List;

/** Conditions as rows of a table that has one row for each label and a last one for none. */
public final class LabelRows {
  private LabelRows() {}

  /**
   * The row of each condition. Engine thread.
   *
   * @param part id of the part, for messages
   * @param space of the model
   * @param conditions labels of the space, or none
   * @param scope owns the result
   * @return int64 [condition], from 0 to the number of labels
   * @throws PartException when a condition is neither none nor one of the labels
   */
  public static NDArray of(
      String part, ConditionSpace space, List<Condition> conditions, NDManager scope) {
    int labels = space.labels().size();
    return scope.create(
        conditions.stream().mapToLong(condition -> row(part, labels, condition)).toArray());
  }

  private static int row(String part, int labels, Condition condition) {
    if (condition.equals(Condition.NONE)) {
      return labels;
    }
    if (condition instanceof Condition.Label label
        && label.index() >= 0
        && label.index() < labels) {
      return label.index();
    }
    throw PartException.of(
        part,
        "condition",
        labels == 0 ? "none" : "none, or a label from 0 to " + (labels - 1),
        String.valueOf(condition));
  }
}
