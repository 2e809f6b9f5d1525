package dev.seriatim.tokenizer.series.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.media.Images;
import dev.seriatim.api.media.Series;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.SeriesTokenizer;
import dev.seriatim.api.part.Tokenizer;
import dev.seriatim.tokenizer.series.internal.SeriesPatchesFactory.Configuration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeriesPatchesTest {
  private static final float NAN = Float.NaN;
  private static final Configuration SETTINGS = new Configuration(2, 4, 3, 1e-5);

  private static Blueprint<Tokenizer> blueprint(Configuration configuration) {
    return new SeriesPatchesFactory().blueprint(configuration, Frame.of(ConditionSpace.NONE));
  }

  private static SeriesTokenizer tokenizer(Configuration configuration) {
    return (SeriesTokenizer) blueprint(configuration).build(null, null);
  }

  private static Canvas encode(float... values) {
    return tokenizer(SETTINGS).encode(new Series(1, values.length, values), null);
  }

  private static float[] decode(Canvas canvas) {
    return ((Series) tokenizer(SETTINGS).decode(canvas, null)).values();
  }

  private static Series noise(int samples, int length, float level, float spread) {
    Random random = new Random(3);
    float[] values = new float[samples * length];
    for (int i = 0; i < values.length; i++) {
      values[i] = level + spread * (float) random.nextGaussian();
    }
    return new Series(samples, length, values);
  }

  @Test
  void needsNoWeightsAndFixesLayoutAndTokens() {
    assertThat(blueprint(SETTINGS).parameters()).isEmpty();
    assertThat(blueprint(SETTINGS).frame().layout()).isEqualTo(new Sequence(4));
    assertThat(blueprint(SETTINGS).frame().tokens()).isEqualTo(new TokenSpace.Continuous(2));
    assertThat(tokenizer(SETTINGS).window()).isEqualTo(3);
    assertThat(tokenizer(new Configuration(2, 4, 0, 0)).window()).isEqualTo(3);
    assertThat(tokenizer(new Configuration(2, 4, 2, 0)).window()).isEqualTo(2);
  }

  @Test
  void whatGoesInComesOut() {
    Series series = noise(3, 8, 1000, 50);
    Canvas canvas = tokenizer(SETTINGS).encode(series, null);
    assertThat(canvas.layout()).isEqualTo(new Sequence(4));
    assertThat(canvas.settled(1)).isEqualTo(4);
    float[] found = decode(canvas);
    for (int i = 0; i < found.length; i++) {
      assertThat(found[i]).isCloseTo(series.values()[i], within(1e-3f));
    }
    assertThat(decode(canvas.sample(2))).isEqualTo(new Series(3, 8, found).range(2, 3).values());
    assertThat(decode(canvas.copy())).isEqualTo(found);
  }

  @Test
  void aSeriesIsWhatItIsAlone() {
    Series series = noise(3, 6, -4, 9);
    Canvas batch = tokenizer(SETTINGS).encode(series, null);
    for (int i = 0; i < 3; i++) {
      Canvas alone = tokenizer(SETTINGS).encode(series.range(i, i + 1), null);
      assertThat(alone.vectors()).isEqualTo(batch.sample(i).vectors());
      assertThat(alone.sideInformation(0)).isEqualTo(batch.sideInformation(i));
    }
  }

  @Test
  void valuesHaveMeanZeroAndVarianceOneOverTheWindow() {
    float[] vectors = encode(1, 3, 5, 7, 9, 11, 1000, 1000).vectors();
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < 6; i++) {
      sum += vectors[i];
      squares += vectors[i] * vectors[i];
    }
    assertThat(sum / 6).isCloseTo(0, within(1e-6));
    assertThat(squares / 6).isCloseTo(1, within(1e-5));
    assertThat(encode(1, 3, 5, 7, 9, 11).sideInformation(0))
        .isEqualTo(encode(1, 3, 5, 7, 9, 11, 1000, 1000).sideInformation(0));
  }

  @Test
  void theScaleOfASeriesDoesNotMatter() {
    Series small = noise(1, 8, 0, 1);
    float[] large = small.values().clone();
    for (int i = 0; i < large.length; i++) {
      large[i] = 4096 * large[i] + 65536;
    }
    float[] expected = tokenizer(new Configuration(2, 4, 0, 0)).encode(small, null).vectors();
    float[] found =
        tokenizer(new Configuration(2, 4, 0, 0)).encode(new Series(1, 8, large), null).vectors();
    for (int i = 0; i < found.length; i++) {
      assertThat(found[i]).isCloseTo(expected[i], within(1e-4f));
    }
  }

  @Test
  void aPatchThatWasNotObservedWholeIsUnknown() {
    Canvas canvas = encode(1, 2, NAN, 4, 5, 6, NAN, NAN);
    assertThat(canvas.isSettled(0, 0)).isTrue();
    assertThat(canvas.level(0, 1)).isZero();
    assertThat(canvas.isSettled(0, 2)).isTrue();
    assertThat(canvas.level(0, 3)).isZero();
    assertThat(canvas.vectors()).doesNotContain(NAN);
    assertThat(canvas.sideInformation(0)[0]).isEqualTo((1 + 2 + 4 + 5 + 6) / 5f);
    assertThat(decode(canvas)[2]).isNaN();
    assertThat(decode(canvas)[7]).isNaN();
    canvas.write(Slots.shared(1, 3), 1f, new float[] {0, 0, 0, 0});
    assertThat(decode(canvas)[7]).isEqualTo(canvas.sideInformation(0)[0]);
  }

  @Test
  void aSeriesThatDoesNotMoveStaysWhereItIs() {
    assertThat(decode(encode(7, 7, 7, 7))).containsExactly(7, 7, 7, 7);
    SeriesTokenizer exact = tokenizer(new Configuration(2, 4, 0, 0));
    assertThat(exact.encode(new Series(1, 2, new float[] {7, 7}), null).vectors())
        .containsExactly(0, 0);
    assertThat(encode(NAN, NAN).sideInformation(0)).containsExactly(0, 1);
  }

  @Test
  void slotsPastTheEndOfASampleAreNotShown() {
    Canvas canvas = encode(1, 2, 3, 4);
    canvas.end(0, 1);
    assertThat(decode(canvas)[1]).isCloseTo(2, within(1e-6f));
    assertThat(decode(canvas)[2]).isNaN();
  }

  @Test
  void refusesWhatIsNoSeriesOfItsKind() {
    SeriesTokenizer tokenizer = tokenizer(SETTINGS);
    assertThatThrownBy(() -> tokenizer.encode(new Images(1, 1, 1, 1, new float[1]), null))
        .isInstanceOf(PartException.class)
        .hasMessage("series.patches: media: expected time series, found Images");
    assertThatThrownBy(() -> encode(1, 2, 3))
        .isInstanceOf(PartException.class)
        .hasMessage("series.patches: media: expected 1 to 4 patches of 2 points, found 3 points");
    assertThatThrownBy(() -> encode(new float[10])).hasMessageContaining("found 10 points");
    assertThatThrownBy(() -> encode()).hasMessageContaining("found 0 points");
    assertThatThrownBy(() -> encode(1, Float.POSITIVE_INFINITY))
        .isInstanceOf(PartException.class)
        .hasMessageContaining("finite");
    assertThatThrownBy(() -> tokenizer.encode(new Series(1, 2, 2, new float[4]), null))
        .isInstanceOf(PartException.class)
        .hasMessageContaining("found 2 variables");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 4, 0, 0, patch",
    "2, 1, 0, 0, context",
    "2, 4, 4, 0, window",
    "2, 4, -1, 0, window",
    "2, 4, 0, -1, eps"
  })
  void refusesSizesThatMakeNoLayout(int patch, int context, int window, double eps, String key) {
    assertThatThrownBy(() -> blueprint(new Configuration(patch, context, window, eps)))
        .isInstanceOf(PartException.class)
        .hasMessageStartingWith("series.patches: " + key + ": expected ");
  }
}
