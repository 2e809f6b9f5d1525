package dev.seriatim.kernels;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Slots;

/** A canvas as tensors. Engine thread. */
public final class CanvasTensors {
  private CanvasTensors() {}

  /** int64 [sample, slot, codebook]; 0 where nothing was written. */
  public static NDArray ids(Canvas canvas, NDManager scope) {
    return scope.create(canvas.ids(), cells(canvas, canvas.tokenSpace().numbersPerSlot()));
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
