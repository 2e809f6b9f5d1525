package dev.seriatim.api.part;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.seriatim.api.model.Condition;
import java.util.List;

/**
 * A batch with the ground truth given, for teacher forcing.
 *
 * @param tokens int64 [sample, slot, codebook] or float32 [sample, slot, width of the token]
 * @param exposure how much of each slot may be seen, and in which order
 * @param conditions one per sample
 * @param tokenizer of the model, for backbones that are fed features; null where there is none
 * @param scope owns the result and what is created on the way
 */
public record Lesson(
    NDArray tokens,
    Exposure exposure,
    List<Condition> conditions,
    Tokenizer tokenizer,
    NDManager scope) {
  /** Copies the list. */
  public Lesson {
    conditions = List.copyOf(conditions);
  }
}
