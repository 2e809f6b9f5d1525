package dev.seriatim.kernels;

import static dev.seriatim.api.part.PartException.require;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.part.ContextRequest;
import dev.seriatim.api.part.Lesson;
import dev.seriatim.api.part.PartException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a kernel with {@link KernelLibrary#GRID_TRANSFORMER} is told of a condition. Engine thread.
 *
 * @param states float32 [row, condition input, width]
 * @param valid bool [row, condition input], false where a caption is padding; null for labels
 */
public record ConditionInputs(NDArray states, NDArray valid) {
  /**
   * The inputs of a request's rows. Where a stream drops a caption, the inputs in its place are as
   * many as it had tokens.
   *
   * @param part id of the part, for messages
   * @param space of the model
   * @throws PartException when a condition is not one of the space
   */
  public static ConditionInputs of(
      String part, Kernel kernel, ConditionSpace space, ContextRequest request) {
    List<Condition> requested = new ArrayList<>();
    request.streams().forEach(stream -> requested.addAll(request.conditions()));
    return of(part, kernel, space, request.rows(), requested, request.scope());
  }

  /**
   * The inputs of a lesson's samples. Where there is no caption, all inputs in its place count.
   *
   * @param part id of the part, for messages
   * @param space of the model
   * @throws PartException when a condition is not one of the space
   */
  public static ConditionInputs of(
      String part, Kernel kernel, ConditionSpace space, Lesson lesson) {
    List<Condition> conditions = lesson.conditions();
    return of(part, kernel, space, conditions, conditions, lesson.scope());
  }

  /**
   * @param padded conditions whose captions say what is padding, one for each row
   */
  private static ConditionInputs of(
      String part,
      Kernel kernel,
      ConditionSpace space,
      List<Condition> rows,
      List<Condition> padded,
      NDManager scope) {
    if (space.featureTokens() == 0) {
      NDArray labels = LabelRows.of(part, space, rows, scope);
      return new ConditionInputs(kernel.callForOne(scope, "by_label", labels), null);
    }
    int tokens = space.featureTokens();
    int width = space.featureWidth();
    float[] features = new float[rows.size() * tokens * width];
    boolean[] missing = new boolean[rows.size()];
    boolean[] valid = new boolean[rows.size() * tokens];
    for (int row = 0; row < missing.length; row++) {
      missing[row] = rows.get(row).equals(Condition.NONE);
      if (!missing[row]) {
        float[] values = caption(part, space, rows.get(row)).values();
        System.arraycopy(values, 0, features, row * tokens * width, values.length);
      }
      boolean whole = padded.get(row).equals(Condition.NONE);
      boolean[] counts = whole ? null : caption(part, space, padded.get(row)).valid();
      for (int token = 0; token < tokens; token++) {
        valid[row * tokens + token] = whole || counts[token];
      }
    }
    NDArray states =
        kernel.callForOne(
            scope,
            "by_caption",
            scope.create(features, new Shape(missing.length, tokens, width)),
            scope.create(missing, new Shape(missing.length)));
    return new ConditionInputs(states, scope.create(valid, new Shape(missing.length, tokens)));
  }

  private static Condition.Features caption(
      String part, ConditionSpace space, Condition condition) {
    String expected =
        "none, or caption features of "
            + space.featureTokens()
            + " tokens of width "
            + space.featureWidth();
    boolean fits =
        condition instanceof Condition.Features features
            && features.valid().length == space.featureTokens()
            && features.width() == space.featureWidth();
    require(fits, part, "condition", expected, condition);
    return (Condition.Features) condition;
  }

  /** Both, in the order of the kernels' arguments; with null. */
  public List<NDArray> arguments() {
    List<NDArray> arguments = new ArrayList<>();
    arguments.add(states);
    arguments.add(valid);
    return arguments;
  }
}
