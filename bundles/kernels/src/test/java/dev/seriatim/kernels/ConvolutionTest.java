package dev.seriatim.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.engine.KernelSource;
import dev.seriatim.api.engine.Scope;
import dev.seriatim.api.weights.Weights;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

/** What convolutional autoencoders are made of, against its definitions. */
class ConvolutionTest {
  private static final KernelSource SOURCE =
      new KernelSource(
              "made_of.py",
              """
              class MadeOf(Module):
                  def convolved(self, x: Tensor, w: Tensor) -> Tensor:
                      return self.same(x, w, None)
              """)
          .with(KernelLibrary.CONVOLUTION);

  private interface Check {
    void run(Kernel kernel, NDManager manager);
  }

  private static void run(Check check) throws Exception {
    Engine engine = ServiceLoader.load(Engine.class).findFirst().orElseThrow();
    engine.call(
        () -> {
          try (Scope scope = engine.scope("test");
              Weights none = engine.initialise(List.of(), 0);
              Kernel kernel = engine.kernel(SOURCE, Map.of(), none)) {
            check.run(kernel, scope.manager());
          }
          return null;
        });
  }

  private static float[] noise(int count) {
    Random random = new Random(3);
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = random.nextFloat() * 2 - 1;
    }
    return numbers;
  }

  @Test
  void sameKeepsRowsAndColumns() throws Exception {
    run(
        (kernel, manager) -> {
          NDArray x = manager.create(noise(30), new Shape(1, 1, 5, 6));
          NDArray centre = manager.zeros(new Shape(2, 1, 3, 3));
          centre.set(new ai.djl.ndarray.index.NDIndex("1, 0, 1, 1"), 2f);
          NDArray y = kernel.callForOne(manager, "convolved", x, centre);
          assertThat(y.getShape()).isEqualTo(new Shape(1, 2, 5, 6));
          assertThat(y.get("0, 1").toFloatArray()).isEqualTo(x.mul(2).toFloatArray());
        });
  }

  @Test
  void activatedNormalizesGroupsThenAppliesSilu() throws Exception {
    run(
        (kernel, manager) -> {
          float[] numbers = noise(4);
          NDArray x = manager.create(numbers, new Shape(1, 2, 1, 2));
          NDArray w = manager.create(new float[] {1, 2});
          NDArray b = manager.create(new float[] {0, 1});
          float[] y = kernel.callForOne(manager, "activated", x, 2, w, b, 1e-6).toFloatArray();
          for (int group = 0; group < 2; group++) {
            double mean = (numbers[2 * group] + numbers[2 * group + 1]) / 2.0;
            double variance = Math.pow(numbers[2 * group] - mean, 2);
            for (int i = 2 * group; i < 2 * group + 2; i++) {
              double n = (numbers[i] - mean) / Math.sqrt(variance + 1e-6) * (group + 1) + group;
              assertThat((double) y[i]).isCloseTo(n / (1 + Math.exp(-n)), within(1e-5));
            }
          }
        });
  }

  @Test
  void doubledRepeats() throws Exception {
    run(
        (kernel, manager) -> {
          NDArray x = manager.create(new float[] {1, 2}, new Shape(1, 1, 1, 2));
          assertThat(kernel.callForOne(manager, "doubled", x).toFloatArray())
              .containsExactly(1, 1, 2, 2, 1, 1, 2, 2);
        });
  }

  @Test
  void depthToSpaceReadsChannelsAsRowsThenColumnsOfACell() throws Exception {
    run(
        (kernel, manager) -> {
          int n = 2;
          int c = 3;
          int h = 2;
          int w = 4;
          NDArray x = manager.create(noise(n * n * c * h * w), new Shape(1, n * n * c, h, w));
          NDArray y = kernel.callForOne(manager, "depth_to_space", x, n);
          assertThat(y.getShape()).isEqualTo(new Shape(1, c, h * n, w * n));
          for (int channel = 0; channel < c; channel++) {
            for (int row = 0; row < h * n; row++) {
              for (int column = 0; column < w * n; column++) {
                int from = (row % n * n + column % n) * c + channel;
                assertThat(y.getFloat(0, channel, row, column))
                    .isEqualTo(x.getFloat(0, from, row / n, column / n));
              }
            }
          }
        });
  }

  @Test
  void nearestIsTheCodebookVectorAtTheSmallestDistance() throws Exception {
    run(
        (kernel, manager) -> {
          NDArray code = manager.create(noise(5 * 3), new Shape(5, 3));
          NDArray codebook = manager.create(noise(60), new Shape(20, 3)).mul(2);
          long[] ids = kernel.callForOne(manager, "nearest", code, codebook).toLongArray();
          for (int i = 0; i < 5; i++) {
            NDArray distances = codebook.sub(code.get(i)).square().sum(new int[] {1});
            assertThat(ids[i]).isEqualTo(distances.argMin().getLong());
          }
        });
  }
}
