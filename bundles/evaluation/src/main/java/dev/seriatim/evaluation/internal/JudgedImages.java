package dev.seriatim.evaluation.internal;

import java.util.Arrays;

/** What a classifier said of many images, in order. */
final class JudgedImages {
  private final int[] classes;
  private float[] features = new float[0];
  private int count;

  JudgedImages(int capacity) {
    this.classes = new int[capacity];
  }

  /**
   * Adds a batch.
   *
   * @param batchFeatures [sample, feature], row-major
   * @param batchClasses the most probable class of each sample
   */
  void add(float[] batchFeatures, long[] batchClasses) {
    if (count == 0) {
      features = new float[classes.length * (batchFeatures.length / batchClasses.length)];
    }
    System.arraycopy(batchFeatures, 0, features, count * width(), batchFeatures.length);
    for (long batchClass : batchClasses) {
      classes[count++] = Math.toIntExact(batchClass);
    }
  }

  /** Features per image. */
  int width() {
    return features.length / classes.length;
  }

  /** [image, feature], row-major; not a copy. */
  float[] features() {
    return features;
  }

  /**
   * Share of each label's images that were taken for it.
   *
   * @param labels what each image should be
   * @param number of labels
   * @return NaN for a label without images
   */
  double[] accuracyByLabel(int[] labels, int number) {
    int[] right = new int[number];
    int[] all = new int[number];
    for (int i = 0; i < count; i++) {
      all[labels[i]]++;
      right[labels[i]] += classes[i] == labels[i] ? 1 : 0;
    }
    double[] accuracy = new double[number];
    Arrays.setAll(accuracy, label -> (double) right[label] / all[label]);
    return accuracy;
  }

  /** Share of the images that were taken for their label; NaN when there are none. */
  double accuracy(int[] labels) {
    int right = 0;
    for (int i = 0; i < count; i++) {
      right += classes[i] == labels[i] ? 1 : 0;
    }
    return (double) right / count;
  }
}
