package dev.seriatim.evaluation.internal;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.training.ImageDataSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;

/**
 * Real data as a judge sees them.
 *
 * <p>A Fréchet distance between samples falls with their number, so two of them are to be compared
 * only when they were taken over as many. Everything is compared with half {@code a}: generated
 * samples, and as many of half {@code b}.
 *
 * @param a moments of one half of the training images
 * @param b moments of the first images of the other half, by their number
 * @param accuracy of the judge on the test images, 0 to 1
 */
record RealStatistics(Moments a, NavigableMap<Integer, Moments> b, double accuracy) {

  /**
   * The half that as many samples are compared with.
   *
   * @param samples that there are
   * @return the moments of {@code b} over the largest number that is not above
   * @throws SeriatimException when that is too few
   */
  Moments b(int samples) {
    Map.Entry<Integer, Moments> entry = b.floorEntry(samples);
    if (entry == null) {
      throw new SeriatimException(
          "samples: expected at least "
              + b.firstKey()
              + " to compare with real data, found "
              + samples);
    }
    return entry.getValue();
  }

  /** Numbers of samples that a reference file has statistics for: 1, 2, 5, 10, … of each label. */
  static NavigableSet<Integer> ladder(int labels, int most) {
    NavigableSet<Integer> ladder = new TreeSet<>();
    for (long decade = labels; decade < most; decade *= 10) {
      for (int step : new int[] {1, 2, 5}) {
        if (step * decade <= most) {
          ladder.add((int) (step * decade));
        }
      }
    }
    ladder.add(most);
    return ladder;
  }

  /**
   * Measures a data set.
   *
   * @param sizes for the number of images of a half, the numbers to take moments of {@code b} over
   * @param progress told (done, all) images
   */
  static RealStatistics measure(
      Judge judge, ImageDataSet data, Sizes sizes, BiConsumer<Integer, Integer> progress) {
    int labels = judge.labels().size();
    BalancedHalves halves = BalancedHalves.of(data.name(), data.train(), labels);
    int half = halves.a().length;
    int[] test = IntStream.range(0, data.test().size()).toArray();
    int all = 2 * half + test.length;

    JudgedImages a = judge.judge(data.train(), halves.a(), done -> progress.accept(done, all));
    JudgedImages b =
        judge.judge(data.train(), halves.b(), done -> progress.accept(half + done, all));
    JudgedImages held =
        judge.judge(data.test(), test, done -> progress.accept(2 * half + done, all));
    int[] labelsOfTest = IntStream.of(test).map(data.test()::label).toArray();

    return judge.onEngine(
        () -> {
          try (Frechet frechet = new Frechet(judge.engine())) {
            NavigableMap<Integer, Moments> ofB = new TreeMap<>();
            for (int size : sizes.of(half)) {
              ofB.put(size, frechet.moments(b.features(), size, b.width()));
            }
            return new RealStatistics(
                frechet.moments(a.features(), half, a.width()), ofB, held.accuracy(labelsOfTest));
          }
        });
  }

  /** Which numbers of images to measure. */
  interface Sizes {
    /**
     * @param half number of images of a half
     */
    Iterable<Integer> of(int half);
  }
}
