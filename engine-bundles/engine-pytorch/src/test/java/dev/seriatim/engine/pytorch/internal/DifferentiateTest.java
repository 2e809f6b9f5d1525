package dev.seriatim.engine.pytorch.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.engine.KernelSource;
import dev.seriatim.api.engine.MemoryUse;
import dev.seriatim.api.engine.Scope;
import dev.seriatim.api.weights.Initializer;
import dev.seriatim.api.weights.Initializer.Normal;
import dev.seriatim.api.weights.Initializer.Uniform;
import dev.seriatim.api.weights.Parameter;
import dev.seriatim.api.weights.Weights;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DifferentiateTest extends EngineTest {
  private static final KernelSource NETWORK =
      new KernelSource(
          "network.py",
          """
          class Network(Module):
              table: Tensor
              layers: List[Tensor]
              unused: Tensor

              def loss(self, ids: Tensor, power: int, scale: float, mask: Optional[Tensor],
                       more: List[Tensor]) -> Tensor:
                  x = torch.embedding(self.table, ids)
                  for layer in self.layers:
                      x = torch.tanh(torch.linear(x, layer))
                  if mask is not None:
                      x = x * mask
                  for m in more:
                      x = x * m
                  return (x ** power).sum() * scale

              def double(self, x: Tensor) -> Tensor:
                  return x * 2

              def untyped(self, x: Tensor):
                  return x * 2
          """);

  private static final List<Parameter> PARAMETERS =
      List.of(
          Parameter.plain("table", new Normal(1), 5, 3),
          Parameter.decayed("layers.0", new Uniform(1), 3, 3),
          Parameter.decayed("layers.1", new Uniform(1), 4, 3),
          Parameter.plain("unused", Initializer.ones(), 2));

  private NDArray loss(Kernel kernel, Scope scope) {
    NDManager manager = scope.manager();
    NDArray ids = manager.create(new long[] {0, 3, 3});
    // What a kernel gives outside of training can be an argument in training.
    NDArray mask = kernel.callForOne(manager, "double", manager.full(new Shape(4), 0.5f));
    NDList more = new NDList(mask);
    return kernel.callForOne(manager, "loss", ids, 2, 1.5, mask, more);
  }

  @Test
  void givesTheGradientsThatFiniteDifferencesGive() throws Exception {
    run(
        () -> {
          try (Scope scope = engine().scope("test");
              Weights weights = engine().initialise(PARAMETERS, 7);
              Kernel kernel = engine().kernel(NETWORK, Map.of(), weights)) {
            NDList got = engine().differentiate(weights, scope, () -> loss(kernel, scope));
            assertThat(got).hasSize(5);
            assertThat(got.get(0).getFloat()).isEqualTo(loss(kernel, scope).getFloat());
            for (int w = 0; w < 4; w++) {
              NDArray weight = weights.get(weights.names().get(w));
              float[] gradient = got.get(w + 1).toFloatArray();
              for (int i = 0; i < gradient.length; i++) {
                assertThat((double) gradient[i])
                    .isCloseTo(slope(weight, i, kernel, scope), within(2e-2));
              }
            }
            assertThat(got.get(4).toFloatArray()).containsExactly(0, 0);
          }
        });
  }

  private double slope(NDArray weight, int index, Kernel kernel, Scope scope) {
    float step = 1e-2f;
    float[] unit = new float[(int) weight.size()];
    unit[index] = step;
    NDArray change = scope.manager().create(unit, weight.getShape());
    weight.addi(change);
    double above = loss(kernel, scope).getFloat();
    weight.subi(change).subi(change);
    double below = loss(kernel, scope).getFloat();
    weight.addi(change);
    return (above - below) / (2 * step);
  }

  @Test
  void followsJavaOperationsToo() throws Exception {
    run(
        () -> {
          List<Parameter> one = List.of(Parameter.plain("w", new Initializer.Constant(3), 2));
          try (Scope scope = engine().scope("test");
              Weights weights = engine().initialise(one, 0)) {
            for (int repeat = 0; repeat < 2; repeat++) {
              NDList got =
                  engine()
                      .differentiate(
                          weights,
                          scope,
                          () -> {
                            NDArray w = weights.get("w");
                            return w.mul(w).sum();
                          });
              assertThat(got.get(0).getFloat()).isEqualTo(18f);
              assertThat(got.get(1).toFloatArray()).containsExactly(6, 6);
              // Gradients and loss are plain arrays.
              got.get(1).muli(2);
              got.get(0).muli(2);
            }
          }
        });
  }

  @Test
  void trains() throws Exception {
    run(
        () -> {
          try (Scope scope = engine().scope("test");
              Weights weights = engine().initialise(PARAMETERS, 3);
              Kernel kernel = engine().kernel(NETWORK, Map.of(), weights)) {
            float first = 0;
            float last = 0;
            for (int step = 0; step < 20; step++) {
              try (Scope inner = scope.child("step")) {
                NDList got = engine().differentiate(weights, inner, () -> loss(kernel, inner));
                last = got.get(0).getFloat();
                first = step == 0 ? last : first;
                for (int w = 0; w < 4; w++) {
                  weights.get(weights.names().get(w)).subi(got.get(w + 1).mul(0.05f));
                }
              }
            }
            assertThat(last).isLessThan(first / 2);
          }
        });
  }

  @Test
  void leavesNothingBehind() throws Exception {
    MemoryUse before = engine().memory();
    run(
        () -> {
          try (Scope scope = engine().scope("test");
              Weights weights = engine().initialise(PARAMETERS, 7);
              Kernel kernel = engine().kernel(NETWORK, Map.of(), weights)) {
            MemoryUse weightsOnly = engine().memory();
            try (Scope inner = scope.child("step")) {
              engine().differentiate(weights, inner, () -> loss(kernel, inner));
            }
            assertThat(engine().memory()).isEqualTo(weightsOnly);
          }
        });
    assertThat(engine().memory()).isEqualTo(before);
  }

  @Test
  void refusesWhatCannotBeDifferentiated() throws Exception {
    run(
        () -> {
          try (Scope scope = engine().scope("test");
              Weights weights = engine().initialise(PARAMETERS, 7);
              Kernel kernel = engine().kernel(NETWORK, Map.of(), weights)) {
            NDArray x = scope.manager().ones(new Shape(2));
            assertThatThrownBy(
                    () ->
                        engine()
                            .differentiate(
                                weights,
                                scope,
                                () -> kernel.callForOne(scope.manager(), "untyped", x)))
                .hasMessage(
                    "network.py:20: untyped needs a result type (`-> …`) to be differentiated");
            assertThatThrownBy(() -> engine().differentiate(weights, scope, () -> x.add(0)))
                .hasMessage("loss: expected one float32, found float32(2)");
            assertThatThrownBy(
                    () -> engine().differentiate(FixedWeights.none(), scope, () -> x.sum()))
                .hasMessage("Only weights that initialise has made can be trained");
            // A failure leaves the engine as it was.
            assertThat(loss(kernel, scope).hasGradient()).isFalse();
          }
        });
  }

  @Test
  void initialisesTheSameOnEveryMachine() throws Exception {
    run(
        () -> {
          List<Parameter> parameters =
              List.of(
                  Parameter.plain("a", new Normal(2), 1000),
                  Parameter.plain("b", new Uniform(0.5f), 1001));
          try (Weights one = engine().initialise(parameters, 11);
              Weights other = engine().initialise(parameters.subList(1, 2), 11)) {
            assertThat(other.get("b").toFloatArray()).isEqualTo(one.get("b").toFloatArray());
            float[] normal = one.get("a").toFloatArray();
            double mean = 0;
            double square = 0;
            for (float value : normal) {
              mean += value / 1000.0;
              square += value * value / 1000.0;
            }
            assertThat(mean).isCloseTo(0, within(0.2));
            assertThat(Math.sqrt(square)).isCloseTo(2, within(0.15));
            for (float value : one.get("b").toFloatArray()) {
              assertThat(value).isBetween(-0.5f, 0.5f);
            }
          }
        });
  }
}
