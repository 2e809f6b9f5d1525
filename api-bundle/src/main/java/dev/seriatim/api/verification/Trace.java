package dev.seriatim.api.verification;

import ai.djl.ndarray.NDArray;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.part.Draw;
import dev.seriatim.api.part.Step;
import java.util.List;

/**
 * What every step of a run computed. Arrays belong to the case.
 *
 * @param turns in order
 * @param canvas as it was at the end
 */
public record Trace(List<Turn> turns, Canvas canvas) {
  /** Copies the list. */
  public Trace {
    turns = List.copyOf(turns);
  }

  /**
   * One step.
   *
   * @param step what the plan asked for
   * @param hidden float32 [sample, slot, width] of each stream, conditional first
   * @param logits float32 [sample, slot, codebook, vocabulary] of each stream as the head gave
   *     them; empty where the head is not categorical
   * @param combined logits after the guides that combine streams; null where not categorical
   * @param bent logits after all guides; null where not categorical
   * @param draw what was drawn
   * @param before the canvas before the draw was taken in
   * @param after the canvas after it was
   */
  public record Turn(
      Step step,
      List<NDArray> hidden,
      List<NDArray> logits,
      NDArray combined,
      NDArray bent,
      Draw draw,
      Canvas before,
      Canvas after) {}
}
