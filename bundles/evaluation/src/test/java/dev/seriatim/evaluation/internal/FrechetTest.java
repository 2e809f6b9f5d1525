package dev.seriatim.evaluation.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.seriatim.api.engine.MemoryUse;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FrechetTest extends OnEngine {
  private MemoryUse before;
  private Frechet frechet;

  @BeforeAll
  void open() throws Exception {
    before = engine().memory();
    frechet = engine().call(() -> new Frechet(engine()));
  }

  @AfterAll
  void close() throws Exception {
    onEngine(() -> frechet.close());
    assertThat(engine().memory()).isEqualTo(before);
  }

  @Test
  void momentsAreMeanAndUnbiasedCovariance() throws Exception {
    // Three samples of two features; the fourth is not asked for.
    float[] features = {1, 10, 2, 10, 3, 40, 1000, 1000};
    Moments moments = engine().call(() -> frechet.moments(features, 3, 2));
    assertThat(moments.samples()).isEqualTo(3);
    assertThat(moments.mean()).containsExactly(new double[] {2, 20}, within(1e-12));
    assertThat(moments.covariance()).containsExactly(new double[] {1, 15, 15, 300}, within(1e-12));
  }

  @Test
  void largeMeansCostNoPrecision() throws Exception {
    // In float32, or by E[x²] - E[x]², nothing of this variance would be left.
    float[] features = {4096, 4096.5f, 4097};
    Moments moments = engine().call(() -> frechet.moments(features, 3, 1));
    assertThat(moments.covariance()).containsExactly(new double[] {0.25}, within(1e-12));
  }

  @Test
  void oneSampleHasNoCovariance() {
    assertThatThrownBy(() -> onEngine(() -> frechet.moments(new float[] {1}, 1, 1)))
        .hasMessageContaining("at least 2");
  }

  @Test
  void equalGaussiansHaveNoDistance() throws Exception {
    Moments a = random(12, 40);
    assertThat(distance(a, a)).isBetween(0.0, 1e-9);
  }

  @Test
  void shiftedGaussiansAreAsFarApartAsTheirMeans() throws Exception {
    Moments a = random(5, 20);
    double[] shifted = a.mean().clone();
    shifted[0] += 3;
    shifted[4] -= 4;
    assertThat(distance(a, new Moments(20, shifted, a.covariance()))).isCloseTo(25, within(1e-9));
  }

  @Test
  void diagonalCovariancesDifferByTheirDeviations() throws Exception {
    // |μa - μb|² + Σ (σa - σb)²
    Moments a = new Moments(9, new double[] {0, 1}, new double[] {4, 0, 0, 9});
    Moments b = new Moments(9, new double[] {1, 1}, new double[] {1, 0, 0, 25});
    assertThat(distance(a, b)).isCloseTo(1 + 1 + 4, within(1e-12));
  }

  @Test
  void covariancesThatCommuteDifferByTheirRootsInEveryDirection() throws Exception {
    // One rotation, eigenvalues 4 and 9 against 1 and 25.
    double c = Math.cos(0.7);
    double s = Math.sin(0.7);
    Moments a = new Moments(9, new double[2], rotated(c, s, 4, 9));
    Moments b = new Moments(9, new double[2], rotated(c, s, 1, 25));
    assertThat(distance(a, b)).isCloseTo(1 + 4, within(1e-12));
  }

  @Test
  void covariancesThatDoNotCommuteFollowTheFormulaForTwoByTwo() throws Exception {
    // tr (AB)^1/2 = (tr AB + 2 (det AB)^1/2)^1/2 for 2×2 matrices.
    double[] a = rotated(Math.cos(0.3), Math.sin(0.3), 2, 5);
    double[] b = rotated(Math.cos(1.2), Math.sin(1.2), 1, 7);
    double traceOfProduct = a[0] * b[0] + a[1] * b[2] + a[2] * b[1] + a[3] * b[3];
    double cross = Math.sqrt(traceOfProduct + 2 * Math.sqrt(2 * 5 * 1 * 7));
    assertThat(distance(new Moments(9, new double[2], a), new Moments(9, new double[2], b)))
        .isCloseTo(2 + 5 + 1 + 7 - 2 * cross, within(1e-12));
  }

  @Test
  void theDistanceIsTheSameBothWaysAndHoldsWithoutFullRank() throws Exception {
    // 5 samples of 16 features: rank 4.
    Moments a = random(16, 5);
    Moments b = random(16, 50);
    double there = distance(a, b);
    assertThat(there).isPositive().isCloseTo(distance(b, a), within(1e-9));
    assertThat(distance(a, a)).isBetween(0.0, 1e-9);
  }

  @Test
  void otherFeatureSpacesAreRefused() {
    assertThatThrownBy(() -> distance(random(2, 5), random(3, 5)))
        .hasMessage("features: expected 2, found 3");
  }

  private double distance(Moments a, Moments b) throws Exception {
    return engine().call(() -> frechet.distance(a, b));
  }

  private Moments random(int width, int samples) throws Exception {
    Random random = new Random(width * 1000L + samples);
    float[] features = new float[samples * width];
    for (int i = 0; i < features.length; i++) {
      features[i] = (float) (random.nextGaussian() * (1 + i % width));
    }
    return engine().call(() -> frechet.moments(features, samples, width));
  }

  private static double[] rotated(double c, double s, double first, double second) {
    double off = c * s * (first - second);
    return new double[] {c * c * first + s * s * second, off, off, s * s * first + c * c * second};
  }
}
