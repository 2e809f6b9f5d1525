package dev.seriatim.training.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.engine.Scope;
import dev.seriatim.api.part.Tokenizer;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/** The tokens of images in all their shifts, encoded once. */
final class TokenCache implements TokenSource {
  /** Images that are encoded at a time. */
  private static final int CHUNK = 256;

  private final int images;
  private final int slots;
  private final int numbers;

  /** [shift, image, slot, codebook], or null for a continuous space. */
  private final int[][] ids;

  /** [shift, image, slot, width], or null for a discrete space. */
  private final float[][] vectors;

  private TokenCache(int images, int slots, int numbers, int[][] ids, float[][] vectors) {
    this.images = images;
    this.slots = slots;
    this.numbers = numbers;
    this.ids = ids;
    this.vectors = vectors;
  }

  /** Memory that the tokens of so many images take. */
  static long bytes(Tokenizer tokenizer, long images) {
    long numbers = (long) tokenizer.layout().slots() * tokenizer.tokens().numbersPerSlot();
    return Math.multiplyExact(Math.multiplyExact(images, numbers), Integer.BYTES);
  }

  /**
   * Encodes images. Any thread; waits.
   *
   * @param most images, from the first
   */
  static TokenCache encode(EngineCalls calls, Tokenizer tokenizer, ImageSource source, int most) {
    int images = Math.min(most, source.split().size());
    boolean discrete = tokenizer.tokens() instanceof TokenSpace.Discrete;
    int slots = tokenizer.layout().slots();
    int numbers = tokenizer.tokens().numbersPerSlot();
    int size = Math.multiplyExact(Math.multiplyExact(images, slots), numbers);
    int[][] ids = discrete ? new int[source.shifts()][size] : null;
    float[][] vectors = discrete ? null : new float[source.shifts()][size];
    for (int shift = 0; shift < source.shifts(); shift++) {
      for (int first = 0; first < images; first += CHUNK) {
        int[] indices = new int[Math.min(CHUNK, images - first)];
        Arrays.setAll(indices, range(first));
        int[] shifts = new int[indices.length];
        Arrays.fill(shifts, shift);
        Canvas canvas =
            calls.call(
                () -> {
                  try (Scope scope = calls.engine().scope("encoding")) {
                    return tokenizer.encode(source.images(indices, shifts), scope.manager());
                  }
                });
        int at = first * slots * numbers;
        if (discrete) {
          long[] values = canvas.ids();
          for (int i = 0; i < values.length; i++) {
            ids[shift][at + i] = (int) values[i];
          }
        } else {
          float[] values = canvas.vectors();
          System.arraycopy(values, 0, vectors[shift], at, values.length);
        }
      }
    }
    return new TokenCache(images, slots, numbers, ids, vectors);
  }

  private static IntUnaryOperator range(int first) {
    return i -> first + i;
  }

  int images() {
    return images;
  }

  int slots() {
    return slots;
  }

  @Override
  public NDArray tokens(int[] indices, int[] shifts, NDManager manager) {
    int each = slots * numbers;
    if (ids != null) {
      long[] batch = new long[indices.length * each];
      for (int i = 0; i < batch.length; i++) {
        batch[i] = ids[shifts[i / each]][indices[i / each] * each + i % each];
      }
      return Uploads.of(batch, manager, indices.length, slots, numbers);
    }
    float[] batch = new float[indices.length * each];
    for (int i = 0; i < indices.length; i++) {
      System.arraycopy(vectors[shifts[i]], indices[i] * each, batch, i * each, each);
    }
    return Uploads.of(batch, manager, indices.length, slots, numbers);
  }
}
