package dev.seriatim.kernels;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.part.PartException;

/** A canvas as tensors. Engine thread. */
public final class CanvasTensors {
  private CanvasTensors() {}

  /** int64 [sample, slot, codebook]; 0 where nothing was written. */
  public static NDArray ids(Canvas canvas, NDManager scope) {
    return scope.create(canvas.ids(), cells(canvas, canvas.tokenSpace().numbersPerSlot()));
  }

  /**
   * Ids of slots that a step builds on, the same for every stream: int64 [stream · sample, slot of
   * the choice, codebook].
   *
   * @param part id of the part, for the message
   * @param slots that must be settled or proposed
   * @throws PartException when one is unknown
   */
  public static NDArray seen(
      String part, Canvas canvas, Slots slots, int streams, NDManager scope) {
    int samples = canvas.samples();
    int codebooks = canvas.tokenSpace().numbersPerSlot();
    long[] ids = new long[streams * samples * slots.count() * codebooks];
    int next = 0;
    for (int row = 0; row < streams * samples; row++) {
      int sample = row % samples;
      for (int i = 0; i < slots.count(); i++) {
        int slot = slots.slot(sample, i);
        if (canvas.level(sample, slot) <= 0) {
          throw PartException.of(
              part,
              "step",
              "slots before those predicted to be settled or proposed",
              "slot " + slot + " unknown");
        }
        for (int codebook = 0; codebook < codebooks; codebook++) {
          ids[next++] = canvas.id(sample, slot, codebook);
        }
      }
    }
    return scope.create(ids, new Shape((long) streams * samples, slots.count(), codebooks));
  }

  /** float32 [sample, slot, width]; zeros where nothing was written. */
  public static NDArray vectors(Canvas canvas, NDManager scope) {
    return scope.create(canvas.vectors(), cells(canvas, canvas.tokenSpace().numbersPerSlot()));
  }

  /** bool [sample, slot]: true where the level is 1. */
  public static NDArray settled(Canvas canvas, NDManager scope) {
    int slots = canvas.layout().slots();
    boolean[] settled = new boolean[canvas.samples() * slots];
    for (int i = 0; i < settled.length; i++) {
      settled[i] = canvas.isSettled(i / slots, i % slots);
    }
    return scope.create(settled, new Shape(canvas.samples(), slots));
  }

  /**
   * Numbers of slots, int64 [sample, slot of the choice].
   *
   * @param samples of the canvas
   */
  public static NDArray numbers(Slots slots, int samples, NDManager scope) {
    long[] numbers = new long[samples * slots.count()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = slots.slot(i / slots.count(), i % slots.count());
    }
    return scope.create(numbers, new Shape(samples, slots.count()));
  }

  private static Shape cells(Canvas canvas, int numbers) {
    return new Shape(canvas.samples(), canvas.layout().slots(), numbers);
  }
}
