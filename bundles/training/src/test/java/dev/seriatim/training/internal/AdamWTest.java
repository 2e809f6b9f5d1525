package dev.seriatim.training.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.engine.Scope;
import dev.seriatim.api.weights.Initializer;
import dev.seriatim.api.weights.Parameter;
import dev.seriatim.engine.pytorch.internal.PyTorchEngine;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class AdamWTest {
  private static final OptimizerSpec SPEC =
      new OptimizerSpec(0.1, 0, 0, 0.9, 0.99, 1e-8, 0.5, 1, 0.9);
  private static final List<Parameter> PARAMETERS =
      List.of(
          Parameter.decayed("a", new Initializer.Constant(2f), 2),
          Parameter.plain("b", new Initializer.Constant(-1f), 1));
  private static PyTorchEngine engine;

  @BeforeAll
  static void start() {
    engine = new PyTorchEngine();
  }

  @AfterAll
  static void stop() {
    engine.close();
  }

  @Test
  void followsThePaper() throws Exception {
    float[][] gradients = {{0.1f, -0.2f, 0.3f}, {3f, 4f, 0f}, {0f, 0.5f, -12f}};
    Reference[] expected = {
      new Reference(2, true), new Reference(2, true), new Reference(-1, false)
    };
    engine.call(
        () -> {
          try (TrainedWeights trained = new TrainedWeights(engine, "test", PARAMETERS, 1);
              AdamW adam = new AdamW(engine, SPEC);
              Scope scope = engine.scope("test")) {
            for (int step = 1; step <= gradients.length; step++) {
              float[] g = gradients[step - 1];
              double norm = Math.sqrt(g[0] * g[0] + g[1] * g[1] + g[2] * g[2]);
              double found = adam.step(trained, list(scope, g), step, 0.1, scope);
              assertThat(found).isCloseTo(norm, within(1e-5));
              for (int i = 0; i < 3; i++) {
                expected[i].step(g[i] * Math.min(1, 1 / (norm + 1e-6)), step);
              }
              float[] a = trained.weights().get("a").toFloatArray();
              float[] b = trained.weights().get("b").toFloatArray();
              float[] averageA = trained.averages().get("a").toFloatArray();
              assertThat((double) a[0]).isCloseTo(expected[0].weight, within(1e-5));
              assertThat((double) a[1]).isCloseTo(expected[1].weight, within(1e-5));
              assertThat((double) b[0]).isCloseTo(expected[2].weight, within(1e-5));
              assertThat((double) averageA[1]).isCloseTo(expected[1].average, within(1e-5));
            }
          }
          return null;
        });
  }

  @Test
  void leavesEverythingWhereTheGradientIsNotFinite() throws Exception {
    engine.call(
        () -> {
          try (TrainedWeights trained = new TrainedWeights(engine, "test", PARAMETERS, 1);
              AdamW adam = new AdamW(engine, SPEC);
              Scope scope = engine.scope("test")) {
            NDList gradients = list(scope, 1f, Float.NaN, 0f);
            assertThat(adam.step(trained, gradients, 1, 0.1, scope)).isNaN();
            assertThat(trained.weights().get("a").toFloatArray()).containsOnly(2f);
            assertThat(trained.means().get(0).toFloatArray()).containsOnly(0f);
            assertThat(trained.averages().get("b").toFloatArray()).containsOnly(-1f);
          }
          return null;
        });
    assertThat(engine.memory().arrays()).isZero();
  }

  private static NDList list(Scope scope, float... values) {
    return new NDList(
        scope.manager().create(new float[] {values[0], values[1]}, new Shape(2)),
        scope.manager().create(new float[] {values[2]}, new Shape(1)));
  }

  /** Algorithm 2 of the paper for one number, in double precision. */
  private static final class Reference {
    private final boolean decayed;
    private double weight;
    private double average;
    private double mean;
    private double square;

    Reference(double weight, boolean decayed) {
      this.weight = weight;
      this.average = weight;
      this.decayed = decayed;
    }

    void step(double gradient, int step) {
      mean = 0.9 * mean + 0.1 * gradient;
      square = 0.99 * square + 0.01 * gradient * gradient;
      double corrected = mean / (1 - Math.pow(0.9, step));
      double spread = Math.sqrt(square / (1 - Math.pow(0.99, step)));
      weight -= decayed ? 0.1 * 0.5 * weight : 0;
      weight -= 0.1 * corrected / (spread + 1e-8);
      double keep = SPEC.average(step);
      average = keep * average + (1 - keep) * weight;
    }
  }
}
