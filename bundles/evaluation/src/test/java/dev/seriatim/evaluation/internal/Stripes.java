package dev.seriatim.evaluation.internal;

import dev.seriatim.api.media.Images;
import dev.seriatim.api.training.ImageDataSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * A tiny world to judge: grey images of 8×8 with one bright column in a third of the image that the
 * label names, under noise.
 */
record Stripes(int trainImages, int testImages) implements ImageDataSet {
  static final List<String> LABELS = List.of("left", "middle", "right");
  static final int SIZE = 8;
  static final int PIXELS = SIZE * SIZE;

  /** An image, the same for the same number. */
  static float[] image(int label, long number) {
    SplittableRandom random = new SplittableRandom(number * 31 + label);
    float[] pixels = new float[PIXELS];
    int bright = label * 3 + random.nextInt(2);
    for (int i = 0; i < PIXELS; i++) {
      pixels[i] = 0.3f * (float) random.nextDouble() + (i % SIZE == bright ? 0.7f : 0f);
    }
    return pixels;
  }

  static Images images(int[] labels, long firstNumber) {
    float[] pixels = new float[labels.length * PIXELS];
    for (int i = 0; i < labels.length; i++) {
      System.arraycopy(image(labels[i], firstNumber + i), 0, pixels, i * PIXELS, PIXELS);
    }
    return new Images(labels.length, 1, SIZE, SIZE, pixels);
  }

  @Override
  public String name() {
    return "stripes";
  }

  @Override
  public int channels() {
    return 1;
  }

  @Override
  public int height() {
    return SIZE;
  }

  @Override
  public int width() {
    return SIZE;
  }

  @Override
  public List<String> labels() {
    return LABELS;
  }

  @Override
  public Split train() {
    return new Numbers(trainImages, 1_000_000);
  }

  @Override
  public Split test() {
    return new Numbers(testImages, 2_000_000);
  }

  /** Images by number; labels come in an order of their own, and not equally often. */
  private record Numbers(int size, long first) implements Split {
    @Override
    public int label(int index) {
      return index % 7 % 3;
    }

    @Override
    public void read(int index, float[] pixels, int offset) {
      System.arraycopy(image(label(index), first + index), 0, pixels, offset, PIXELS);
    }

    @Override
    public Images images(int... indices) {
      float[] pixels = new float[indices.length * PIXELS];
      IntStream.range(0, indices.length).forEach(i -> read(indices[i], pixels, i * PIXELS));
      return new Images(indices.length, 1, SIZE, SIZE, pixels);
    }
  }
}
