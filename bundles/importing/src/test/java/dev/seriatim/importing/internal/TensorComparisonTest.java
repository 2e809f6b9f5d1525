package dev.seriatim.importing.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.verification.Verifier.Comparison;
import dev.seriatim.api.weights.ElementType;
import dev.seriatim.api.weights.TensorInfo;
import org.junit.jupiter.api.Test;

class TensorComparisonTest {
  private static final float INF = Float.POSITIVE_INFINITY;

  private static TensorInfo info(String name, ElementType type, int size) {
    return new TensorInfo(name, type, new Shape(size));
  }

  private static Comparison floats(float[] recorded, double... found) {
    return TensorComparison.floats(
        info("x", ElementType.F32, recorded.length), recorded, found, 1e-4);
  }

  private static Comparison integers(String name, long[] recorded, double... found) {
    return TensorComparison.integers(info(name, ElementType.I64, recorded.length), recorded, found);
  }

  @Test
  void errorsCountAsAShareOfTheLargest() {
    Comparison small = floats(new float[] {0.001f, -100f}, 0.01, -100);
    assertThat(small.passed()).isTrue();
    assertThat(small.largestError()).isCloseTo(0.009, within(1e-7));
    assertThat(floats(new float[] {0.001f, -100f}, 0.02, -100).passed()).isFalse();
  }

  @Test
  void infinitiesAndUndefinedNumbersMustBeTheSame() {
    assertThat(floats(new float[] {INF, -INF, 1}, INF, -INF, 1).passed()).isTrue();
    assertThat(floats(new float[] {INF, 1}, 1, 1).passed()).isFalse();
    assertThat(floats(new float[] {INF, 1}, -INF, 1).passed()).isFalse();
    assertThat(floats(new float[] {1, 1}, Double.NaN, 1).passed()).isFalse();
    assertThat(floats(new float[] {Float.NaN, 1}, Double.NaN, 1).passed()).isTrue();
    assertThat(floats(new float[] {Float.NaN, 1}, 0, 1).unequal()).isEqualTo(1);
  }

  @Test
  void whereAllAreZeroNothingMayBeOff() {
    assertThat(floats(new float[] {0, 0}, 0, 0).passed()).isTrue();
    assertThat(floats(new float[] {0, 0}, 0, 1e-9).passed()).isFalse();
  }

  @Test
  void integersMustBeEqualButPixelsMayBeOffByOne() {
    assertThat(integers("ids", new long[] {3, 4}, 3, 4).passed()).isTrue();
    Comparison off = integers("ids", new long[] {3, 4}, 3, 5);
    assertThat(off.passed()).isFalse();
    assertThat(off.unequal()).isEqualTo(1);
    assertThat(integers("image_u8", new long[] {3, 4}, 3, 5).passed()).isTrue();
    assertThat(integers("out.uint8_mean", new long[] {3, 4}, 3, 5).passed()).isTrue();
    assertThat(integers("image_u8", new long[] {3, 4}, 3, 6).passed()).isFalse();
    assertThat(integers("ids", new long[] {3}, 3.5).passed()).isFalse();
    assertThat(integers("image_u8", new long[] {3}, Double.NaN).passed()).isFalse();
  }

  @Test
  void ofTwoVerdictsTheWorseCounts() {
    Comparison good = floats(new float[] {1}, 1);
    Comparison bad = floats(new float[] {1}, 2);
    Comparison middling = floats(new float[] {1}, 1.00001);
    assertThat(TensorComparison.worse(good, bad)).isSameAs(bad);
    assertThat(TensorComparison.worse(bad, good)).isSameAs(bad);
    assertThat(TensorComparison.worse(middling, good)).isSameAs(middling);
  }
}
