package dev.seriatim.tokenizer.multiscale.internal;

import java.util.ArrayList;
import java.util.List;

/**
 * Which of a few shared convolutions each scale goes through: the one whose tick is nearest to the
 * scale's place between the coarsest (0) and the finest (1) (Tian et al., "Visual autoregressive
 * modeling", 2024, section 4).
 */
final class PhiChoice {
  private PhiChoice() {}

  /**
   * The choice of every scale, coarse to fine; the first where two are equally near.
   *
   * @param scales how many there are
   * @param count of convolutions
   */
  static List<Integer> of(int scales, int count) {
    List<Integer> choice = new ArrayList<>();
    for (int scale = 0; scale < scales; scale++) {
      double place = scales == 1 ? 0 : (double) scale / (scales - 1);
      choice.add(nearest(place, count));
    }
    return List.copyOf(choice);
  }

  private static int nearest(double place, int count) {
    int nearest = 0;
    for (int i = 1; i < count; i++) {
      if (Math.abs(tick(i, count) - place) < Math.abs(tick(nearest, count) - place)) {
        nearest = i;
      }
    }
    return nearest;
  }

  /**
   * Ticks lie evenly between a margin and 1 less that margin: half their distance, or a third of a
   * fourth where there are four. Rounded as an arithmetic sequence, because ties are decided by it.
   */
  private static double tick(int i, int count) {
    double margin = count == 4 ? 1.0 / 3 / 4 : 1.0 / 2 / count;
    double last = 1 - margin;
    if (count == 1) {
      return margin;
    }
    return i == count - 1 ? last : i * ((last - margin) / (count - 1)) + margin;
  }
}
