package dev.seriatim.engine.pytorch.internal;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.engine.KernelSource;
import dev.seriatim.api.engine.MemoryUse;
import dev.seriatim.api.engine.Scope;
import dev.seriatim.api.weights.Initializer;
import dev.seriatim.api.weights.Parameter;
import dev.seriatim.api.weights.Weights;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WeightPackingTest extends EngineTest {
  private static final int OUT = 768;
  private static final int IN = 512;
  private static final String METHODS =
      """
          b: Optional[Tensor]

          def call(self, x: Tensor) -> Tensor:
              return torch.linear(x, self.w[0], self.b)

          def unbiased(self, x: Tensor) -> Tensor:
              return torch.linear(x, self.w[0])

          def turned(self, x: Tensor) -> Tensor:
              return torch.linear(x.transpose(0, 1), self.w[0])

          def rows(self) -> int:
              return self.w[0].size(0)
      """;
  private static final KernelSource PACKED =
      new KernelSource("packed.py", "class K(Module):\n    w: List[Matrix]\n" + METHODS);
  private static final KernelSource PLAIN =
      new KernelSource("plain.py", "class K(Module):\n    w: List[Tensor]\n" + METHODS);

  private static final List<Parameter> PARAMETERS =
      List.of(
          Parameter.plain("w.0", Initializer.zeros(), OUT, IN),
          Parameter.plain("b", Initializer.zeros(), OUT));

  private static float[] random(int seed, int size) {
    Random random = new Random(seed);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static MemoryCheckpoint checkpoint() {
    return new MemoryCheckpoint()
        .floats("w.0", new Shape(OUT, IN), random(1, OUT * IN))
        .floats("b", new Shape(OUT), random(2, OUT));
  }

  private static void close(NDArray found, NDArray expected) {
    assertThat(found.getShape()).isEqualTo(expected.getShape());
    assertThat(found.sub(expected).abs().max().getFloat()).isLessThan(1e-3f);
  }

  @Test
  void multipliesAsPlainMatricesDo() throws Exception {
    MemoryUse before = engine().memory();
    run(
        () -> {
          try (MemoryCheckpoint file = checkpoint();
              Weights weights = engine().load(file, "", PARAMETERS);
              Kernel packed = engine().kernel(PACKED, Map.of(), weights);
              Weights again = engine().load(file, "", PARAMETERS);
              Kernel plain = engine().kernel(PLAIN, Map.of(), again);
              Scope scope = engine().scope("test")) {
            NDManager manager = scope.manager();
            for (int[] shape : new int[][] {{1, 1}, {1, 5}, {2, 1}, {3, 7}, {2, 200}}) {
              NDArray x =
                  manager.create(
                      random(3, shape[0] * shape[1] * IN), new Shape(shape[0], shape[1], IN));
              for (String method : List.of("call", "unbiased", "turned")) {
                close(packed.callForOne(manager, method, x), plain.callForOne(manager, method, x));
              }
            }
            assertThat(
                    packed
                        .callForOne(manager, "call", manager.zeros(new Shape(2, 0, IN)))
                        .getShape())
                .isEqualTo(new Shape(2, 0, OUT));
          }
        });
    assertThat(engine().memory()).isEqualTo(before);
  }

  @Test
  void givesARowTheSameAmongOthersAsAlone() throws Exception {
    run(
        () -> {
          try (MemoryCheckpoint file = checkpoint();
              Weights weights = engine().load(file, "", PARAMETERS);
              Kernel packed = engine().kernel(PACKED, Map.of(), weights);
              Scope scope = engine().scope("test")) {
            NDManager manager = scope.manager();
            NDArray x = manager.create(random(4, 64 * IN), new Shape(64, 1, IN));
            NDArray all = packed.callForOne(manager, "call", x);
            for (int row : new int[] {0, 17, 63}) {
              NDArray alone = packed.callForOne(manager, "call", x.get(row + ":" + (row + 1)));
              close(alone.get(0), all.get(row));
            }
          }
        });
  }

  @Test
  void keepsOneFormAndMakesThePlainOneAgainForThoseWhoAsk() throws Exception {
    run(
        () -> {
          try (MemoryCheckpoint file = checkpoint();
              Weights weights = engine().load(file, "", PARAMETERS);
              Kernel packed = engine().kernel(PACKED, Map.of(), weights);
              Scope scope = engine().scope("test")) {
            long one = engine().memoryByScope().get("weights").arrays();
            assertThat(weights.get("w.0").toFloatArray()).isEqualTo(random(1, OUT * IN));
            assertThat(engine().memoryByScope().get("weights").arrays()).isEqualTo(one + 1);
            assertThat(
                    packed.call(scope.manager(), "call", scope.manager().ones(new Shape(1, 1, IN))))
                .hasSize(1);
          }
        });
  }

  @Test
  void isNotForWeightsThatAreTrained() throws Exception {
    run(
        () -> {
          try (Weights weights = engine().initialise(PARAMETERS, 5);
              Kernel kernel = engine().kernel(PACKED, Map.of(), weights);
              Scope scope = engine().scope("test")) {
            NDArray x = scope.manager().ones(new Shape(1, 1, IN));
            NDList gradients =
                engine()
                    .differentiate(
                        weights, scope, () -> kernel.callForOne(scope.manager(), "call", x).sum());
            assertThat(gradients.get(1).getShape()).isEqualTo(new Shape(OUT, IN));
            assertThat(gradients.get(1).sum().getFloat()).isEqualTo(OUT * IN);
          }
        });
  }
}
