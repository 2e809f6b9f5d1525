package dev.seriatim.backbone.nextscale.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Pyramid;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.media.Media;
import dev.seriatim.api.part.PyramidTokenizer;

/**
 * A pyramid without images. A slot's features are sines of a sum over all tokens of coarser scales,
 * so that they tell every change of any of these.
 */
record PlainPyramid(Pyramid layout, TokenSpace tokens) implements PyramidTokenizer {
  static final int FEATURES = 3;

  @Override
  public NDArray features(Canvas canvas, int scale, NDManager scope) {
    int numbers = tokens.numbersPerSlot();
    double[] values = new double[canvas.samples() * layout.slots() * numbers];
    if (tokens instanceof TokenSpace.Discrete) {
      long[] ids = canvas.ids();
      for (int i = 0; i < values.length; i++) {
        values[i] = ids[i];
      }
    } else {
      float[] vectors = canvas.vectors();
      for (int i = 0; i < values.length; i++) {
        values[i] = vectors[i];
      }
    }
    int size = layout.scales().get(scale).slots();
    float[] features = new float[canvas.samples() * size * FEATURES];
    fill(values, canvas.samples(), scale, features, 0, size);
    return scope.create(features, new Shape(canvas.samples(), size, FEATURES));
  }

  @Override
  public NDArray teaching(NDArray given, NDManager scope) {
    int samples = (int) given.getShape().get(0);
    double[] values = new double[(int) given.size()];
    Number[] numbers = given.toArray();
    for (int i = 0; i < values.length; i++) {
      values[i] = numbers[i].doubleValue();
    }
    int later = layout.slots() - layout.firstSlot(1);
    float[] features = new float[samples * later * FEATURES];
    for (int scale = 1; scale < layout.scales().size(); scale++) {
      int first = layout.firstSlot(scale) - layout.firstSlot(1);
      fill(values, samples, scale, features, first, later);
    }
    return scope.create(features, new Shape(samples, later, FEATURES));
  }

  /** Features of a scale, written from slot {@code first} on into rows of {@code stride} slots. */
  private void fill(
      double[] values, int samples, int scale, float[] features, int first, int stride) {
    int numbers = tokens.numbersPerSlot();
    for (int sample = 0; sample < samples; sample++) {
      double sum = 0;
      for (int i = 0; i < layout.firstSlot(scale) * numbers; i++) {
        sum += (i + 1) * values[sample * layout.slots() * numbers + i];
      }
      for (int slot = 0; slot < layout.scales().get(scale).slots(); slot++) {
        for (int feature = 0; feature < FEATURES; feature++) {
          int at = (sample * stride + first + slot) * FEATURES + feature;
          features[at] = (float) Math.sin(sum * 0.37 + slot + 2 * feature);
        }
      }
    }
  }

  @Override
  public Canvas encode(Media media, NDManager scope) {
    throw new UnsupportedOperationException("This pyramid has no images");
  }

  @Override
  public Media decode(Canvas canvas, NDManager scope) {
    throw new UnsupportedOperationException("This pyramid has no images");
  }
}
