package dev.seriatim.api.media;

import java.util.Arrays;
import java.util.Objects;

/**
 * Token ids as they are: the media of a model whose tokenizer is elsewhere.
 *
 * @param samples at least 0
 * @param slots per sample
 * @param codebooks ids per slot
 * @param ids int64 [sample, slot, codebook], row-major; not copied
 */
public record Tokens(int samples, int slots, int codebooks, long[] ids) implements Media {
  /** Checks the size. */
  public Tokens {
    long expected = (long) samples * slots * codebooks;
    if (ids.length != expected) {
      throw new IllegalArgumentException(
          "ids: expected " + expected + " numbers, found " + ids.length);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tokens t
        && samples == t.samples
        && slots == t.slots
        && codebooks == t.codebooks
        && Arrays.equals(ids, t.ids);
  }

  @Override
  public int hashCode() {
    return Objects.hash(samples, slots, codebooks, Arrays.hashCode(ids));
  }

  @Override
  public String toString() {
    return "Tokens[" + samples + "×" + slots + "×" + codebooks + "]";
  }
}
