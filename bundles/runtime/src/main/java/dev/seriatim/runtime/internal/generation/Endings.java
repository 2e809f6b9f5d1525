package dev.seriatim.runtime.internal.generation;

import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.part.TextTokenizer;
import dev.seriatim.api.part.Tokenizer;
import java.util.Set;

/**
 * Ends samples of texts at the first id that ends a sequence: the slots after it cease to exist. An
 * id counts once everything before it is settled, and not within the prompt.
 */
final class Endings {
  private final Set<Long> ends;
  private final int[] looked;

  /**
   * Endings at a tokenizer's end ids.
   *
   * @param canvas as the request begins: what is settled is prompt
   */
  Endings(Tokenizer tokenizer, Canvas canvas) {
    this(tokenizer instanceof TextTokenizer text ? text.ends() : Set.of(), canvas);
  }

  private Endings(Set<Long> ends, Canvas canvas) {
    this.ends = ends;
    this.looked = new int[canvas.samples()];
    for (int sample = 0; sample < looked.length; sample++) {
      looked[sample] = settledFrom(canvas, sample, 0);
    }
  }

  /** No endings: samples are as long as their canvas says. */
  static Endings none(Canvas canvas) {
    return new Endings(Set.of(), canvas);
  }

  /** Looks at what has settled since the last call. */
  void apply(Canvas canvas) {
    if (ends.isEmpty()) {
      return;
    }
    for (int sample = 0; sample < looked.length; sample++) {
      int settled = settledFrom(canvas, sample, looked[sample]);
      for (int slot = looked[sample]; slot < settled; slot++) {
        if (ends.contains(canvas.id(sample, slot, 0))) {
          canvas.end(sample, slot + 1);
          settled = slot + 1;
        }
      }
      looked[sample] = settled;
    }
  }

  private static int settledFrom(Canvas canvas, int sample, int first) {
    int slot = Math.min(first, canvas.length(sample));
    while (slot < canvas.length(sample) && canvas.isSettled(sample, slot)) {
      slot++;
    }
    return slot;
  }
}
