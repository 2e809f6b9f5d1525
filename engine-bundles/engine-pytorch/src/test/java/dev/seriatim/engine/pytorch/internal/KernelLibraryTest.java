package dev.seriatim.engine.pytorch.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.engine.KernelException;
import dev.seriatim.api.engine.KernelSource;
import dev.seriatim.api.engine.Scope;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Kernels that take in the methods of others. */
class KernelLibraryTest extends EngineTest {
  private static final KernelSource NORMS =
      new KernelSource(
          "norms.py",
          """
          class Norms(Module):
              \"""What norms are made of.\"""

              def unit(self, x: Tensor) -> Tensor:
                  assert x.size(-1) > 1, "width {}".format(x.size(-1))
                  return x / torch.sqrt((x * x).sum(-1, keepdim=True))
          """);
  private static final KernelSource SCALED =
      new KernelSource(
          "scaled.py",
          """
          class Scaled(Module):
              by: float

              def forward(self, x: Tensor) -> Tensor:
                  return self.unit(x) * self.by
          """);

  private Kernel scaled() {
    return engine().kernel(SCALED.with(NORMS), Map.of("by", 2.0), FixedWeights.of());
  }

  @Test
  void aKernelCallsTheMethodsOfItsLibraryAsItsOwn() throws Exception {
    run(
        () -> {
          try (Scope scope = engine().scope("test");
              Kernel kernel = scaled()) {
            NDArray x = scope.manager().create(new float[] {3, 4});
            NDArray found = kernel.callForOne(scope.manager(), "forward", x);
            assertThat(found.toFloatArray()).containsExactly(1.2f, 1.6f);
          }
        });
  }

  @Test
  void anErrorNamesTheTextThatItIsIn() throws Exception {
    run(
        () -> {
          try (Scope scope = engine().scope("test");
              Kernel kernel = scaled()) {
            NDArray x = scope.manager().create(new float[] {3});
            assertThatThrownBy(() -> kernel.callForOne(scope.manager(), "forward", x))
                .isInstanceOf(KernelException.class)
                .hasMessageStartingWith("norms.py:5: ")
                .hasMessageContaining("width 1");
          }
        });
  }

  @Test
  void aMethodThatBothHaveIsRefused() throws Exception {
    run(
        () ->
            assertThatThrownBy(
                    () -> engine().kernel(NORMS.with(NORMS), Map.of(), FixedWeights.of()))
                .isInstanceOf(KernelException.class)
                .hasMessageStartingWith("norms.py:4: ")
                .hasMessageContaining("a second method unit"));
  }
}
