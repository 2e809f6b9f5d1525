package dev.seriatim.cli;

import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Layout;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.canvas.TokenSpace;
import java.util.Arrays;

/**
 * The tokens that an edit keeps.
 *
 * @param slots that they are in
 * @param ids [slot, codebook] of a discrete model; else null
 * @param vectors [slot, width] of a continuous model; else null
 */
record KnownTokens(int[] slots, long[] ids, float[] vectors) {
  /**
   * The tokens of a picture in the slots that are kept.
   *
   * @param picture its tokens, one sample, settled
   * @param redrawn for each slot whether it is not kept
   */
  static KnownTokens of(Canvas picture, boolean[] redrawn) {
    int[] slots = new int[redrawn.length];
    int count = 0;
    for (int slot = 0; slot < redrawn.length; slot++) {
      if (!redrawn[slot]) {
        slots[count++] = slot;
      }
    }
    slots = Arrays.copyOf(slots, count);
    int numbers = picture.tokenSpace().numbersPerSlot();
    boolean discrete = picture.tokenSpace() instanceof TokenSpace.Discrete;
    long[] ids = discrete ? new long[count * numbers] : null;
    float[] vectors = discrete ? null : new float[count * numbers];
    for (int i = 0; i < count; i++) {
      if (discrete) {
        for (int n = 0; n < numbers; n++) {
          ids[i * numbers + n] = picture.id(0, slots[i], n);
        }
      } else {
        System.arraycopy(picture.vector(0, slots[i]), 0, vectors, i * numbers, numbers);
      }
    }
    return new KnownTokens(slots, ids, vectors);
  }

  /**
   * A canvas with these tokens settled in every sample and all else unknown.
   *
   * @throws IllegalArgumentException when they are no tokens of that space
   * @throws IndexOutOfBoundsException when the layout lacks a slot
   */
  Canvas canvas(Layout layout, TokenSpace space, int samples) {
    Canvas canvas = Canvas.blank(layout, space, samples);
    if (slots.length == 0) {
      return canvas;
    }
    Slots at = Slots.shared(slots);
    if (space instanceof TokenSpace.Discrete) {
      long[] all = new long[samples * ids.length];
      for (int i = 0; i < all.length; i++) {
        all[i] = ids[i % ids.length];
      }
      canvas.write(at, 1f, all);
    } else {
      float[] all = new float[samples * vectors.length];
      for (int i = 0; i < all.length; i++) {
        all[i] = vectors[i % vectors.length];
      }
      canvas.write(at, 1f, all);
    }
    return canvas;
  }
}
