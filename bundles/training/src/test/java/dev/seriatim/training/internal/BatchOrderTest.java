package dev.seriatim.training.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class BatchOrderTest {
  @Property(tries = 50)
  void anEpochHasEveryImageOnce(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 300) int images,
      @ForAll @IntRange(min = 1, max = 40) int batch) {
    BatchOrder order = new BatchOrder(seed, "stage", images, batch, 1, 0);
    int[] drawn =
        IntStream.range(0, (2 * images + batch - 1) / batch + 1)
            .flatMap(step -> Arrays.stream(order.at(step).examples()))
            .toArray();
    for (int epoch = 0; epoch < 2; epoch++) {
      int[] once = Arrays.copyOfRange(drawn, epoch * images, (epoch + 1) * images);
      Arrays.sort(once);
      assertThat(once).isEqualTo(IntStream.range(0, images).toArray());
    }
  }

  @Test
  void aBatchIsAFunctionOfItsStep() {
    BatchOrder forward = new BatchOrder(7, "stage", 100, 16, 9, 0.1);
    BatchOrder resumed = new BatchOrder(7, "stage", 100, 16, 9, 0.1);
    for (int step = 0; step < 20; step++) {
      forward.at(step);
    }
    BatchOrder.Batch expected = forward.at(20);
    BatchOrder.Batch found = resumed.at(20);
    assertThat(found.examples()).isEqualTo(expected.examples());
    assertThat(found.variants()).isEqualTo(expected.variants());
    assertThat(found.dropped()).isEqualTo(expected.dropped());
  }

  @Test
  void seedsAndStagesHaveOrdersOfTheirOwn() {
    int[] one = new BatchOrder(1, "a", 1000, 64, 1, 0).at(0).examples();
    assertThat(new BatchOrder(2, "a", 1000, 64, 1, 0).at(0).examples()).isNotEqualTo(one);
    assertThat(new BatchOrder(1, "b", 1000, 64, 1, 0).at(0).examples()).isNotEqualTo(one);
  }

  @Test
  void epochsDiffer() {
    BatchOrder order = new BatchOrder(1, "a", 64, 64, 1, 0);
    assertThat(order.at(1).examples()).isNotEqualTo(order.at(0).examples());
  }

  @Test
  void shiftsAndDropoutHaveTheirShares() {
    BatchOrder.Batch batch = new BatchOrder(3, "a", 100, 20_000, 9, 0.1).at(0);
    long dropped = IntStream.range(0, 20_000).filter(i -> batch.dropped()[i]).count();
    assertThat(dropped / 20_000.0).isCloseTo(0.1, within(0.01));
    for (int shift = 0; shift < 9; shift++) {
      int wanted = shift;
      long found = Arrays.stream(batch.variants()).filter(s -> s == wanted).count();
      assertThat(found / 20_000.0).isCloseTo(1 / 9.0, within(0.01));
    }
  }

  @Test
  void countersAreSpreadEvenly() {
    Counters counters = new Counters(5, "test");
    double mean = IntStream.range(0, 50_000).mapToDouble(counters::uniform).average().orElseThrow();
    assertThat(mean).isCloseTo(0.5, within(0.01));
    assertThat(IntStream.range(0, 1000).map(i -> counters.below(3, i)).distinct().sorted())
        .containsExactly(0, 1, 2);
  }
}
