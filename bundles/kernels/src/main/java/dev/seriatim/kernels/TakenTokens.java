package dev.seriatim.kernels;

import dev.seriatim.api.canvas.Canvas;
import java.util.Arrays;

/**
 * The tokens that a causal network has taken in, one input after the other, and so which inputs are
 * still what a canvas holds.
 */
final class TakenTokens {
  /** Inputs before the token of slot 0: 1 where a condition comes first. */
  private final int lead;

  /** By sample, the ids of the slots that were taken in, [slot, codebook]. */
  private long[][] ids;

  /** By sample, the number of inputs that were taken in. */
  private int[] inputs;

  /**
   * Nothing taken in.
   *
   * @param lead inputs before the token of slot 0, 0 or 1
   */
  TakenTokens(int lead) {
    this(lead, null, null);
  }

  private TakenTokens(int lead, long[][] ids, int[] inputs) {
    this.lead = lead;
    this.ids = ids;
    this.inputs = inputs;
  }

  /** An independent copy. */
  TakenTokens copy() {
    return inputs == null
        ? new TakenTokens(lead)
        : new TakenTokens(
            lead, Arrays.stream(ids).map(long[]::clone).toArray(long[][]::new), inputs.clone());
  }

  /** How many inputs, from the first on, are in every sample what the canvas holds. */
  int inputs(Canvas canvas) {
    if (inputs == null) {
      return 0;
    }
    int same = Integer.MAX_VALUE;
    for (int sample = 0; sample < canvas.samples(); sample++) {
      same = Math.min(same, inputs(canvas, sample, Math.min(same, inputs[sample])));
    }
    return same;
  }

  private int inputs(Canvas canvas, int sample, int most) {
    int codebooks = canvas.tokenSpace().numbersPerSlot();
    for (int slot = 0; slot + lead < most; slot++) {
      if (canvas.level(sample, slot) <= 0) {
        return slot + lead;
      }
      for (int codebook = 0; codebook < codebooks; codebook++) {
        if (canvas.id(sample, slot, codebook) != ids[sample][slot * codebooks + codebook]) {
          return slot + lead;
        }
      }
    }
    return most;
  }

  /**
   * Notes what a forward took in: inputs {@code past} and on.
   *
   * @param first slot that was predicted, by sample
   * @param count slots that were predicted from there on
   */
  void took(Canvas canvas, int past, int[] first, int count) {
    int samples = canvas.samples();
    int codebooks = canvas.tokenSpace().numbersPerSlot();
    if (inputs == null) {
      inputs = new int[samples];
      ids = new long[samples][canvas.layout().slots() * codebooks];
    }
    for (int sample = 0; sample < samples; sample++) {
      inputs[sample] = first[sample] + count - 1 + lead;
      for (int slot = Math.max(past - lead, 0); slot + lead < inputs[sample]; slot++) {
        for (int codebook = 0; codebook < codebooks; codebook++) {
          ids[sample][slot * codebooks + codebook] = canvas.id(sample, slot, codebook);
        }
      }
    }
  }
}
