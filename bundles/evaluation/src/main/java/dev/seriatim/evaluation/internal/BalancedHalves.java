package dev.seriatim.evaluation.internal;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.training.ImageDataSet;
import java.util.ArrayList;
import java.util.List;

/**
 * Two halves of a data set, label by label in turn: as many images of every label in each, and (but
 * for the last few) in each beginning of each. Generated samples come in the same order of labels,
 * so that the first <i>n</i> of the one are to be compared with the first <i>n</i> of the other.
 *
 * @param a indices of the one half
 * @param b indices of the other, as many
 */
record BalancedHalves(int[] a, int[] b) {
  /**
   * Divides a data set.
   *
   * @param name of the data set, for messages
   * @param labels number of labels
   * @throws SeriatimException when a label has less than two images, or an image none of the labels
   */
  static BalancedHalves of(String name, ImageDataSet.Split split, int labels) {
    List<List<Integer>> byLabel = new ArrayList<>();
    for (int label = 0; label < labels; label++) {
      byLabel.add(new ArrayList<>());
    }
    for (int i = 0; i < split.size(); i++) {
      int label = split.label(i);
      if (label < 0 || label >= labels) {
        throw new SeriatimException(
            name
                + ": label of image "
                + i
                + ": expected 0 to "
                + (labels - 1)
                + ", found "
                + label);
      }
      byLabel.get(label).add(i);
    }
    int rounds = byLabel.stream().mapToInt(List::size).min().orElse(0) / 2;
    if (rounds == 0) {
      throw new SeriatimException(
          name + ": training images: expected at least 2 of each label, found fewer");
    }
    int[] a = new int[rounds * labels];
    int[] b = new int[rounds * labels];
    for (int i = 0; i < a.length; i++) {
      List<Integer> images = byLabel.get(i % labels);
      a[i] = images.get(2 * (i / labels));
      b[i] = images.get(2 * (i / labels) + 1);
    }
    return new BalancedHalves(a, b);
  }
}
