package dev.seriatim.engine.pytorch.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.seriatim.api.canvas.Slots;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PhiloxTest {
  /** The known answers that come with Random123. */
  @Test
  void givesTheKnownAnswers() {
    assertThat(new Philox(0, 0).block(0, 0, 0, 0))
        .containsExactly(0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8);
    assertThat(new Philox(-1, -1).block(-1, -1, -1, -1))
        .containsExactly(0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd);
    assertThat(
            new Philox(0xa4093822, 0x299f31d0)
                .block(0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344))
        .containsExactly(0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1);
  }

  @Test
  void mapsWordsToTheUnitInterval() {
    assertThat(Philox.uniform(0)).isZero();
    assertThat(Philox.uniform(-1)).isLessThan(1f).isGreaterThan(0.9999999f);
  }

  @Test
  void normalNumbersAreFiniteAtTheEnds() {
    float[] two = new float[2];
    for (int word : new int[] {0, -1, 1, Integer.MIN_VALUE}) {
      Philox.normals(word, word, two, 0);
      assertThat(two[0]).isFinite();
      assertThat(two[1]).isFinite();
    }
  }

  @Test
  void numbersHaveTheMomentsOfTheirDistribution() {
    PhiloxStreams streams = new PhiloxStreams(1, 0);
    float[] normal = streams.numbers(0, Slots.shared(0), 0, 100_000, true);
    float[] uniform = streams.numbers(0, Slots.shared(0), 0, 100_000, false);
    assertThat(moment(normal, 1)).isCloseTo(0, within(0.02));
    assertThat(moment(normal, 2)).isCloseTo(1, within(0.02));
    assertThat(moment(normal, 4)).isCloseTo(3, within(0.1));
    assertThat(moment(uniform, 1)).isCloseTo(0.5, within(0.005));
    assertThat(moment(uniform, 2)).isCloseTo(1 / 3.0, within(0.005));
    double product = 0;
    for (int i = 0; i < normal.length; i++) {
      product += normal[i] * (uniform[i] - 0.5) / normal.length;
    }
    assertThat(product).isCloseTo(0, within(0.005));
  }

  private static double moment(float[] numbers, int power) {
    double sum = 0;
    for (float number : numbers) {
      sum += Math.pow(number, power);
    }
    return sum / numbers.length;
  }

  @Test
  void aNumberDependsOnSampleSlotStepAndDrawNotOnPosition() {
    PhiloxStreams both = new PhiloxStreams(9, 4, 2);
    PhiloxStreams alone = new PhiloxStreams(9, 2);
    float[] two = both.numbers(3, Slots.shared(8, 5), 1, 6, true);
    float[] one = alone.numbers(3, Slots.shared(5), 1, 6, true);
    assertThat(Arrays.copyOfRange(two, 18, 24)).isEqualTo(one);
    assertThat(both.numbers(3, Slots.perSample(new int[][] {{8, 5}, {5, 8}}), 1, 6, true))
        .startsWith(Arrays.copyOf(two, 12))
        .endsWith(Arrays.copyOfRange(two, 12, 18));
    // A wider draw begins with the narrower one.
    assertThat(alone.numbers(3, Slots.shared(5), 1, 3, true)).isEqualTo(Arrays.copyOf(one, 3));
    assertThat(alone.numbers(3, Slots.shared(5), 2, 6, true)).isNotEqualTo(one);
    assertThat(alone.numbers(4, Slots.shared(5), 1, 6, true)).isNotEqualTo(one);
    assertThat(new PhiloxStreams(8, 2).numbers(3, Slots.shared(5), 1, 6, true)).isNotEqualTo(one);
  }

  @Test
  void refusesWhatTheCounterCannotHold() {
    PhiloxStreams streams = new PhiloxStreams(0, 0);
    Slots slot = Slots.shared(0);
    assertThatThrownBy(() -> streams.numbers(0, slot, 65536, 1, false))
        .hasMessage("draw: expected 0 to 65535, found 65536");
    assertThatThrownBy(() -> streams.numbers(0, slot, 0, 262145, false))
        .hasMessage("width: expected 1 to 262144, found 262145");
    assertThatThrownBy(() -> streams.at(-1, slot, null))
        .hasMessage("step: expected 0 or more, found -1");
    assertThatThrownBy(() -> new PhiloxStreams(0, 1L << 32))
        .hasMessage("sample: expected 0 to 4294967295, found 4294967296");
  }
}
