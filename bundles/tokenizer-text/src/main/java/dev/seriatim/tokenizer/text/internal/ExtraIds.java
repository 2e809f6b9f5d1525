package dev.seriatim.tokenizer.text.internal;

import dev.seriatim.api.part.TextTokenizer;
import java.util.Set;

/**
 * The ids after those of an alphabet, which stand for no text: those that are asked for, in the
 * order begin, end, mask.
 *
 * @param first the number of the first
 * @param hasBegin whether there is an id that begins every sequence
 * @param hasEnd whether there is an id that ends one
 * @param hasMask whether there is an id for what a masked model does not know yet
 */
record ExtraIds(int first, boolean hasBegin, boolean hasEnd, boolean hasMask) {
  /** {@link TextTokenizer#begin()}. */
  long[] begin() {
    return hasBegin ? new long[] {first} : new long[0];
  }

  /** {@link TextTokenizer#ends()}. */
  Set<Long> ends() {
    return hasEnd ? Set.of((long) first + (hasBegin ? 1 : 0)) : Set.of();
  }

  /** Ids in all, with those before. */
  int vocabulary() {
    return first + (hasBegin ? 1 : 0) + (hasEnd ? 1 : 0) + (hasMask ? 1 : 0);
  }
}
