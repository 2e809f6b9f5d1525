package dev.seriatim.kernels;

import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.TokenSpace;
import java.util.Arrays;

/**
 * The tokens that a causal network has taken in, one input after the other, and so which inputs are
 * still what a canvas holds.
 */
final class TakenTokens {
  /** Inputs before the token of slot 0: 1 where a condition comes first. */
  private final int lead;

  /** By sample, the tokens of the slots that were taken in, [slot, number]. */
  private long[][] tokens;

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

  private TakenTokens(int lead, long[][] tokens, int[] inputs) {
    this.lead = lead;
    this.tokens = tokens;
    this.inputs = inputs;
  }

  /** An independent copy. */
  TakenTokens copy() {
    return inputs == null
        ? new TakenTokens(lead)
        : new TakenTokens(
            lead, Arrays.stream(tokens).map(long[]::clone).toArray(long[][]::new), inputs.clone());
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

  /** How many inputs, from the first on, are in one sample what the canvas holds. */
  int inputs(Canvas canvas, int sample) {
    return inputs == null ? 0 : inputs(canvas, sample, inputs[sample]);
  }

  private int inputs(Canvas canvas, int sample, int most) {
    int numbers = canvas.tokenSpace().numbersPerSlot();
    for (int slot = 0; slot + lead < most; slot++) {
      int at = slot * numbers;
      if (canvas.level(sample, slot) <= 0
          || !Arrays.equals(
              token(canvas, sample, slot), 0, numbers, tokens[sample], at, at + numbers)) {
        return slot + lead;
      }
    }
    return most;
  }

  /** The numbers of a token: its ids, or the bits of its vector. */
  private static long[] token(Canvas canvas, int sample, int slot) {
    long[] token = new long[canvas.tokenSpace().numbersPerSlot()];
    if (canvas.tokenSpace() instanceof TokenSpace.Discrete) {
      Arrays.setAll(token, codebook -> canvas.id(sample, slot, codebook));
    } else {
      float[] vector = canvas.vector(sample, slot);
      Arrays.setAll(token, i -> Float.floatToRawIntBits(vector[i]));
    }
    return token;
  }

  /**
   * Notes what a forward took in: inputs {@code past} and on.
   *
   * @param first slot that was predicted, by sample
   * @param count slots that were predicted from there on
   */
  void took(Canvas canvas, int past, int[] first, int count) {
    int samples = canvas.samples();
    int numbers = canvas.tokenSpace().numbersPerSlot();
    if (inputs == null) {
      inputs = new int[samples];
      tokens = new long[samples][canvas.layout().slots() * numbers];
    }
    for (int sample = 0; sample < samples; sample++) {
      inputs[sample] = first[sample] + count - 1 + lead;
      for (int slot = Math.max(past - lead, 0); slot + lead < inputs[sample]; slot++) {
        System.arraycopy(token(canvas, sample, slot), 0, tokens[sample], slot * numbers, numbers);
      }
    }
  }
}
