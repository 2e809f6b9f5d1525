package dev.seriatim.schedulers.speculative.internal;

import ai.djl.ndarray.NDManager;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Slots;

/**
 * Guesses by what came before: each slot is given the token that followed the latest earlier
 * occurrence of the longest run of tokens that precedes it; where none occurred earlier, the token
 * before it once more. A guess depends on the tokens before the slot alone.
 *
 * @param longest run of tokens that is looked up
 * @param shortest run of tokens that is looked up
 */
record NGramLookup(int longest, int shortest) implements Proposer {
  @Override
  public Proposal propose(Canvas canvas, Slots window, NDManager scope) {
    int codebooks = canvas.tokenSpace().numbersPerSlot();
    int count = window.count();
    long[] ids = new long[canvas.samples() * count * codebooks];
    for (int sample = 0; sample < canvas.samples(); sample++) {
      long[] text = text(canvas, sample, window.slot(sample, count - 1) + 1);
      for (int i = 0; i < count; i++) {
        int slot = window.slot(sample, i);
        if (!canvas.isSettled(sample, slot)) {
          int like = likely(text, slot, codebooks);
          if (like >= 0) {
            System.arraycopy(text, like * codebooks, text, slot * codebooks, codebooks);
          }
        }
        int at = (sample * count + i) * codebooks;
        System.arraycopy(text, slot * codebooks, ids, at, codebooks);
      }
    }
    return new Proposal(window, ids, null);
  }

  /** The ids of the first slots, 0 where they are not settled. */
  private static long[] text(Canvas canvas, int sample, int slots) {
    int codebooks = canvas.tokenSpace().numbersPerSlot();
    long[] text = new long[slots * codebooks];
    for (int i = 0; i < text.length; i++) {
      int slot = i / codebooks;
      text[i] = canvas.isSettled(sample, slot) ? canvas.id(sample, slot, i % codebooks) : 0;
    }
    return text;
  }

  /** The slot whose token is the guess; -1 where no slot comes before. */
  private int likely(long[] text, int slot, int codebooks) {
    int best = slot - 1;
    int bestLength = shortest - 1;
    for (int candidate = slot - 1; candidate > 0 && bestLength < longest; candidate--) {
      int length = 0;
      int most = Math.min(longest, candidate);
      while (length < most && same(text, candidate - 1 - length, slot - 1 - length, codebooks)) {
        length++;
      }
      if (length > bestLength) {
        best = candidate;
        bestLength = length;
      }
    }
    return best;
  }

  private static boolean same(long[] text, int one, int other, int codebooks) {
    for (int codebook = 0; codebook < codebooks; codebook++) {
      if (text[one * codebooks + codebook] != text[other * codebooks + codebook]) {
        return false;
      }
    }
    return true;
  }
}
