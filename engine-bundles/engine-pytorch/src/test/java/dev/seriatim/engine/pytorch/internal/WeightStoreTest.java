package dev.seriatim.engine.pytorch.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.engine.KernelSource;
import dev.seriatim.api.engine.MemoryUse;
import dev.seriatim.api.engine.Precision;
import dev.seriatim.api.engine.Scope;
import dev.seriatim.api.weights.CheckpointException;
import dev.seriatim.api.weights.ElementType;
import dev.seriatim.api.weights.Initializer;
import dev.seriatim.api.weights.Parameter;
import dev.seriatim.api.weights.Weights;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WeightStoreTest extends EngineTest {
  private static final Shape SHAPE = new Shape(2);

  private static Parameter parameter(String name) {
    return Parameter.plain(name, Initializer.zeros(), 2);
  }

  @Test
  void loadsEachTensorOnceAndFreesItWithTheLastUser() throws Exception {
    MemoryUse before = engine().memory();
    run(
        () -> {
          try (MemoryCheckpoint first =
                  new MemoryCheckpoint().floats("a.x", SHAPE, 1, 2).floats("a.y", SHAPE, 3, 4);
              MemoryCheckpoint second = new MemoryCheckpoint().floats("z", SHAPE, 3, 4)) {
            Weights one = engine().load(first, "a.", List.of(parameter("y"), parameter("x")));
            Weights other = engine().load(second, "", List.of(parameter("z")));
            assertThat(one.names()).containsExactly("y", "x");
            assertThat(one.get("x").toFloatArray()).containsExactly(1, 2);
            assertThat(other.get("z")).isSameAs(one.get("y"));
            assertThat(second.reads()).isZero();
            assertThat(engine().memory())
                .isEqualTo(before.plus(new MemoryUse(2, 2 * SHAPE.size() * Float.BYTES)));
            assertThat(engine().memoryByScope()).containsKey("weights");

            one.close();
            one.close();
            assertThat(other.get("z").toFloatArray()).containsExactly(3, 4);
            other.close();
          }
        });
    assertThat(engine().memory()).isEqualTo(before);
  }

  @Test
  void weightsAreCopiesOfWhatTheFileHolds() throws Exception {
    run(
        () -> {
          try (MemoryCheckpoint file =
                  new MemoryCheckpoint().floats("x", SHAPE, 1, 2).longs("n", SHAPE, 3, 4);
              Weights weights = engine().load(file, "", List.of(parameter("x"), parameter("n")))) {
            file.clear();
            assertThat(weights.get("x").toFloatArray()).containsExactly(1, 2);
            assertThat(weights.get("n").toLongArray()).containsExactly(3, 4);
          }
        });
  }

  @Test
  void aKernelHoldsItsWeights() throws Exception {
    MemoryUse before = engine().memory();
    KernelSource source =
        new KernelSource(
            "k.py", "class K(Module):\n  x: Tensor\n  def f(self) -> Tensor:\n    return self.x\n");
    run(
        () -> {
          Kernel kernel;
          try (MemoryCheckpoint file = new MemoryCheckpoint().floats("x", SHAPE, 1, 2);
              Weights weights = engine().load(file, "", List.of(parameter("x")))) {
            kernel = engine().kernel(source, Map.of(), weights);
          }
          assertThat(engine().memory().arrays()).isEqualTo(before.arrays() + 1);
          kernel.close();
          kernel.close();
        });
    assertThat(engine().memory()).isEqualTo(before);
  }

  @Test
  void convertsToThePrecisionOfTheEngine() throws Exception {
    run(
        () -> {
          try (MemoryCheckpoint file =
                  new MemoryCheckpoint()
                      .shorts("half", ElementType.F16, SHAPE, 0x3c00, 0xc000)
                      .shorts("brain", ElementType.BF16, SHAPE, 0x3f80, 0xc000)
                      .longs("ids", SHAPE, 7, 1L << 40);
              Weights weights =
                  engine()
                      .load(
                          file,
                          "",
                          List.of(parameter("half"), parameter("brain"), parameter("ids")))) {
            assertThat(weights.get("half").getDataType()).isEqualTo(DataType.FLOAT32);
            assertThat(weights.get("half").toFloatArray()).containsExactly(1, -2);
            assertThat(weights.get("brain").toFloatArray()).containsExactly(1, -2);
            assertThat(weights.get("ids").toLongArray()).containsExactly(7, 1L << 40);
          }
        });
  }

  @ParameterizedTest
  @EnumSource(names = {"FP16", "BF16"})
  void computesInHalfPrecision(Precision precision) throws Exception {
    KernelSource source =
        new KernelSource(
            "k.py",
            """
            class K(Module):
              x: Tensor
              def f(self, y: Tensor) -> Tensor:
                return (y.to(self.x.dtype) * self.x).to(torch.float32)
            """);
    try (PyTorchEngine half =
        new PyTorchEngine(new EngineSettings(Device.cpu(), precision, 0, true))) {
      half.call(
          () -> {
            try (MemoryCheckpoint file = new MemoryCheckpoint().floats("x", SHAPE, 1, -2);
                Weights weights = half.load(file, "", List.of(parameter("x")));
                Kernel kernel = half.kernel(source, Map.of(), weights);
                Scope scope = half.scope("test")) {
              assertThat(half.memory()).isEqualTo(new MemoryUse(1, 4));
              NDArray y = scope.manager().create(new float[] {3, 4});
              NDArray product = kernel.callForOne(scope.manager(), "f", y);
              assertThat(product.toFloatArray()).containsExactly(3, -8);
            }
            assertThat(half.memory()).isEqualTo(new MemoryUse(0, 0));
            return null;
          });
    }
  }

  @Test
  void namesWhatIsMissingOrMisshapenOrTooMuch() throws Exception {
    MemoryUse before = engine().memory();
    run(
        () -> {
          try (MemoryCheckpoint file =
              new MemoryCheckpoint().floats("a.x", SHAPE, 1, 2).floats("b.x", SHAPE, 1, 2)) {
            assertThatThrownBy(
                    () -> engine().load(file, "a.", List.of(parameter("x"), parameter("y"))))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(
                    "test.safetensors: tensor a.y: expected shape (2), found no such tensor");
            Parameter wide = Parameter.plain("x", Initializer.zeros(), 2, 3);
            assertThatThrownBy(() -> engine().load(file, "a.", List.of(wide)))
                .hasMessage("test.safetensors: tensor a.x: expected shape (2, 3), found (2)");
            assertThatThrownBy(() -> engine().load(file, "a.", List.of()))
                .hasMessage("test.safetensors: tensor a.x: expected none, found one");
            assertThatThrownBy(() -> engine().load(file, "", List.of()))
                .hasMessageEndingWith("(and 1 more)");
            try (Weights weights = engine().load(file, "b.", List.of(parameter("x")))) {
              assertThatThrownBy(() -> weights.get("y")).hasMessage("no weight y; there are [x]");
            }
          }
        });
    assertThat(engine().memory()).isEqualTo(before);
  }
}
