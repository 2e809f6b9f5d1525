package dev.seriatim.family.llada.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.verification.RecordedCase;
import java.util.Arrays;

/**
 * The prompts of a case, padded on the left.
 *
 * @param ids int64 [sample, n], padding included
 * @param padding of each sample
 */
record Prompts(NDArray ids, int[] padding) {
  static Prompts of(RecordedCase recorded) {
    NDArray ids = recorded.input("in.prompt");
    int samples = (int) ids.getShape().get(0);
    int n = (int) ids.getShape().get(1);
    int[] padding = new int[samples];
    if (recorded.has("in.attention_mask")) {
      long[] given = recorded.input("in.attention_mask").toLongArray();
      for (int sample = 0; sample < samples; sample++) {
        long[] row = Arrays.copyOfRange(given, sample * n, (sample + 1) * n);
        padding[sample] = (int) Arrays.stream(row).filter(there -> there == 0).count();
        for (int i = 0; i < n; i++) {
          if (row[i] != (i < padding[sample] ? 0 : 1)) {
            throw PartException.of(
                "recorded case", "in.attention_mask", "padding on the left", Arrays.toString(row));
          }
        }
      }
    }
    return new Prompts(ids, padding);
  }

  int samples() {
    return padding.length;
  }

  /** Slots of a prompt, padding included. */
  int length() {
    return (int) ids.getShape().get(1);
  }

  /** bool [sample, prompt + more], false for padding; null where there is none. */
  NDArray present(int more) {
    if (Arrays.stream(padding).allMatch(none -> none == 0)) {
      return null;
    }
    int n = length() + more;
    boolean[] present = new boolean[samples() * n];
    for (int i = 0; i < present.length; i++) {
      present[i] = i % n >= padding[i / n];
    }
    return ids.getManager().create(present, new Shape(samples(), n));
  }

  /**
   * A canvas that begins with the prompts, padding left out: samples with shorter prompts end
   * earlier.
   *
   * @param more slots after each prompt
   */
  Canvas start(TokenSpace.Discrete tokens, int more) {
    int n = length();
    long[] all = ids.toLongArray();
    Canvas canvas = Canvas.blank(new Sequence(n + more), tokens, samples());
    for (int sample = 0; sample < samples(); sample++) {
      long[] prompt = Arrays.copyOfRange(all, sample * n + padding[sample], (sample + 1) * n);
      canvas.settle(sample, 0, prompt);
      canvas.end(sample, n + more - padding[sample]);
    }
    return canvas;
  }
}
