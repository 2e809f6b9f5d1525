package dev.seriatim.engine.pytorch.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.engine.RandomStreams;
import dev.seriatim.api.engine.StepRandom;

/**
 * The random streams of a request. The key is the seed; the counter is (draw and block of four
 * numbers, slot, step, sample). Uniform and normal numbers have keys of their own, so that they are
 * independent even of the same draw.
 */
final class PhiloxStreams implements RandomStreams {
  private static final int BLOCK = 4;
  private static final int MAX_DRAW = 0xFFFF;
  private static final int MAX_WIDTH = BLOCK << 16;
  private static final long NORMAL = 0x6E6F726D_00000000L;

  private final Philox uniform;
  private final Philox normal;
  private final int[] samples;

  PhiloxStreams(long seed, long... samples) {
    this.uniform = new Philox(seed);
    this.normal = new Philox(seed ^ NORMAL);
    this.samples = new int[samples.length];
    for (int i = 0; i < samples.length; i++) {
      if (samples[i] < 0 || samples[i] > 0xFFFFFFFFL) {
        throw new IllegalArgumentException("sample: expected 0 to 4294967295, found " + samples[i]);
      }
      this.samples[i] = (int) samples[i];
    }
  }

  @Override
  public int samples() {
    return samples.length;
  }

  @Override
  public StepRandom at(int step, Slots slots, NDManager scope) {
    if (step < 0) {
      throw new IllegalArgumentException("step: expected 0 or more, found " + step);
    }
    return new StepRandom() {
      @Override
      public NDArray uniform(int draw, int width) {
        return array(draw, width, false);
      }

      @Override
      public NDArray normal(int draw, int width) {
        return array(draw, width, true);
      }

      private NDArray array(int draw, int width, boolean isNormal) {
        float[] numbers = numbers(step, slots, draw, width, isNormal);
        return scope.create(numbers, new Shape(samples.length, slots.count(), width));
      }
    };
  }

  /** The numbers, in the order [sample, slot, width]. */
  float[] numbers(int step, Slots slots, int draw, int width, boolean isNormal) {
    if (draw < 0 || draw > MAX_DRAW) {
      throw new IllegalArgumentException("draw: expected 0 to 65535, found " + draw);
    }
    if (width < 1 || width > MAX_WIDTH) {
      throw new IllegalArgumentException("width: expected 1 to 262144, found " + width);
    }
    float[] numbers = new float[Math.multiplyExact(samples.length * slots.count(), width)];
    float[] four = new float[BLOCK];
    int at = 0;
    for (int sample = 0; sample < samples.length; sample++) {
      for (int index = 0; index < slots.count(); index++) {
        int slot = slots.slot(sample, index);
        for (int first = 0; first < width; first += BLOCK) {
          int counter = draw << 16 | first / BLOCK;
          fill(four, isNormal, counter, slot, step, samples[sample]);
          int count = Math.min(BLOCK, width - first);
          System.arraycopy(four, 0, numbers, at, count);
          at += count;
        }
      }
    }
    return numbers;
  }

  private void fill(float[] four, boolean isNormal, int counter, int slot, int step, int sample) {
    if (isNormal) {
      int[] words = normal.block(counter, slot, step, sample);
      Philox.normals(words[0], words[1], four, 0);
      Philox.normals(words[2], words[3], four, 2);
    } else {
      int[] words = uniform.block(counter, slot, step, sample);
      for (int i = 0; i < BLOCK; i++) {
        four[i] = Philox.uniform(words[i]);
      }
    }
  }
}
