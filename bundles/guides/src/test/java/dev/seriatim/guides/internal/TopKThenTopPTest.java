package dev.seriatim.guides.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.part.CategoricalDistribution;
import dev.seriatim.api.part.Distribution;
import dev.seriatim.api.part.Guide;
import dev.seriatim.api.part.Step;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Top-k and then top-p on what is left, against the two ways in which published code does it. */
class TopKThenTopPTest extends CategoricalGuideContract<TopPFactory.Configuration> {
  private static final int K = 7;
  private static final double P = 0.7;

  TopKThenTopPTest() {
    super(new TopPFactory(), new TopPFactory.Configuration(P), Map.of());
  }

  private Distribution both(CategoricalDistribution plain) {
    Guide topK =
        new TopKFactory()
            .blueprint(new TopKFactory.Configuration(K), frame())
            .build(engine(), weights());
    Canvas canvas = Canvas.blank(frame().layout(), frame().tokens(), 1);
    Step step = Step.settle(0, Slots.range(0, frame().layout().slots()));
    Distribution left = plain;
    for (Guide guide : List.of(topK, part())) {
      left = guide.apply(left, Map.of(), step, canvas);
    }
    return left;
  }

  @Test
  @DisplayName(
      "What stays is what LlamaGen keeps, from the largest down, and VAR, from the least up")
  void keepsWhatBothKeep() throws Exception {
    onEngine(
        () -> {
          float[] plain = plain(0, 1).toFloatArray();
          float[] left =
              ((CategoricalDistribution) both(distribution(plain(0, 1)))).logits().toFloatArray();
          for (int at = 0; at < plain.length; at += VOCABULARY) {
            double[] kept = largest(Arrays.copyOfRange(plain, at, at + VOCABULARY));
            boolean[] fromTop = fromLargest(kept);
            assertThat(fromLeast(kept)).isEqualTo(fromTop);
            for (int id = 0; id < VOCABULARY; id++) {
              assertThat(Float.isFinite(left[at + id])).isEqualTo(fromTop[id]);
            }
          }
        });
  }

  /** Probabilities of the {@link #K} most probable ids, 0 of the others. */
  private static double[] largest(float[] logits) {
    double[] weights =
        IntStream.range(0, VOCABULARY).mapToDouble(i -> Math.exp(logits[i])).toArray();
    double least = Arrays.stream(weights).sorted().toArray()[VOCABULARY - K];
    double[] kept = Arrays.stream(weights).map(w -> w >= least ? w : 0).toArray();
    double sum = Arrays.stream(kept).sum();
    return Arrays.stream(kept).map(w -> w / sum).toArray();
  }

  /** Goes down until more than p is passed; the id that passes it stays. */
  private static boolean[] fromLargest(double[] probabilities) {
    boolean[] stays = new boolean[VOCABULARY];
    double before = 0;
    for (int id :
        ascending(probabilities).sorted(Comparator.comparing(i -> -probabilities[i])).toList()) {
      stays[id] = probabilities[id] > 0 && before <= P;
      before += probabilities[id];
    }
    return stays;
  }

  /** Goes up and drops while no more than 1 - p is dropped. */
  private static boolean[] fromLeast(double[] probabilities) {
    boolean[] stays = new boolean[VOCABULARY];
    double upTo = 0;
    for (int id : ascending(probabilities).toList()) {
      upTo += probabilities[id];
      stays[id] = probabilities[id] > 0 && upTo > 1 - P;
    }
    return stays;
  }

  private static Stream<Integer> ascending(double[] probabilities) {
    return IntStream.range(0, VOCABULARY)
        .boxed()
        .sorted(Comparator.comparing(i -> probabilities[i]));
  }
}
