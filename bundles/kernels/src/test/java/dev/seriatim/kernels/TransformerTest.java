package dev.seriatim.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.engine.KernelSource;
import dev.seriatim.api.engine.Scope;
import dev.seriatim.api.weights.Weights;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

/** The blocks of transformers against their definitions. */
class TransformerTest {
  private static final KernelSource SOURCE =
      new KernelSource(
              "blocks.py",
              """
              class Blocks(Module):
                  n_head: int

                  def turn(self, x: Tensor, angles: Tensor) -> Tensor:
                      table = torch.stack([torch.cos(angles), torch.sin(angles)], -1)
                      return self.rotate(x, table)

                  def turn_halves(self, x: Tensor, angles: Tensor) -> Tensor:
                      table = torch.stack([torch.cos(angles), torch.sin(angles)], -1)
                      return self.rotate_halves(x, table)

                  def stretched(self, x: Tensor, d: int, factor: float, slow: float, fast: float,
                                context: float) -> Tensor:
                      pace = self.rotary_frequencies(10000.0, d, x)
                      return self.rotary_by_wavelength(pace, factor, slow, fast, context)

                  def yarn(self, x: Tensor, d: int, factor: float, slow: float, fast: float,
                           context: float) -> Tensor:
                      pace = self.rotary_frequencies(10000.0, d, x)
                      return self.rotary_yarn(pace, 10000.0, factor, slow, fast, context)

                  def self_attention(self, qkv: Tensor, causal: bool) -> Tensor:
                      q, k, v = self.split_qkv(qkv, self.n_head)
                      seen: Optional[Tensor] = None
                      if causal:
                          seen = self.causal(qkv.size(1), 0, qkv)
                      return self.merge(self.attend(q, k, v, seen))
              """)
          .with(KernelLibrary.TRANSFORMER);

  private interface Check {
    void run(Kernel kernel, NDManager manager);
  }

  private static void run(Check check) throws Exception {
    Engine engine = ServiceLoader.load(Engine.class).findFirst().orElseThrow();
    engine.call(
        () -> {
          try (Scope scope = engine.scope("test");
              Kernel kernel = engine.kernel(SOURCE, Map.of("n_head", 2), new NoWeights())) {
            check.run(kernel, scope.manager());
          }
          return null;
        });
  }

  private record NoWeights() implements Weights {
    @Override
    public List<String> names() {
      return List.of();
    }

    @Override
    public NDArray get(String name) {
      throw new IllegalArgumentException("no weight " + name);
    }

    @Override
    public void close() {}
  }

  private static void close(NDArray found, NDArray expected) {
    assertThat(found.getShape()).isEqualTo(expected.getShape());
    assertThat(found.sub(expected).abs().max().getFloat()).isCloseTo(0f, within(1e-5f));
  }

  @Test
  void rmsNormDividesByTheRootOfTheMeanSquare() throws Exception {
    run(
        (kernel, manager) -> {
          NDArray x = manager.create(new float[] {3, 4, 0, 0}, new Shape(1, 1, 4));
          NDArray found = kernel.callForOne(manager, "rms_norm", x, null, 0.0);
          close(found, x.div(2.5));
          NDArray weight = manager.create(new float[] {1, 2, 3, 4});
          close(kernel.callForOne(manager, "rms_norm", x, weight, 0.0), x.div(2.5).mul(weight));
        });
  }

  @Test
  void rotationTurnsNeighbouringPairs() throws Exception {
    run(
        (kernel, manager) -> {
          NDArray x = manager.create(new float[] {1, 0, 0, 1}, new Shape(1, 1, 1, 4));
          NDArray quarter =
              manager.create(
                  new float[] {(float) (Math.PI / 2), (float) (Math.PI / 2)}, new Shape(1, 2));
          close(
              kernel.callForOne(manager, "turn", x, quarter),
              manager.create(new float[] {0, 1, -1, 0}, new Shape(1, 1, 1, 4)));
        });
  }

  @Test
  void gridsTurnTheFirstHalfByTheRowAndTheSecondByTheColumn() throws Exception {
    run(
        (kernel, manager) -> {
          NDArray x = manager.zeros(new Shape(1));
          NDArray table = kernel.callForOne(manager, "rotary_grid", 2, 3, 100.0, 8, x);
          assertThat(table.getShape()).isEqualTo(new Shape(6, 4, 2));
          for (int slot = 0; slot < 6; slot++) {
            double row = slot / 3;
            double column = slot % 3;
            double[] angles = {row, row / 10, column, column / 10};
            for (int pair = 0; pair < 4; pair++) {
              assertThat(table.getFloat(slot, pair, 0))
                  .isCloseTo((float) Math.cos(angles[pair]), within(1e-6f));
              assertThat(table.getFloat(slot, pair, 1))
                  .isCloseTo((float) Math.sin(angles[pair]), within(1e-6f));
            }
          }
        });
  }

  @Test
  void mapsOfAnyResolutionSpanTheSame() throws Exception {
    run(
        (kernel, manager) -> {
          NDArray x = manager.zeros(new Shape(1));
          NDArray grid = kernel.callForOne(manager, "rotary_grid", 4, 4, 10000.0, 8, x);
          close(kernel.callForOne(manager, "rotary_map", 4, 4, 4.0, 8, x), grid);
          NDArray coarse = kernel.callForOne(manager, "rotary_map", 2, 2, 4.0, 8, x);
          close(coarse.get("0:2"), grid.get("0:4:2"));
          close(coarse.get("2:4"), grid.get("8:12:2"));
        });
  }

  @Test
  void rotatedProductsDependOnTheDistanceAlone() throws Exception {
    run(
        (kernel, manager) -> {
          NDArray q = manager.randomNormal(new Shape(1, 1, 1, 8));
          NDArray k = manager.randomNormal(new Shape(1, 1, 1, 8));
          NDArray rates = manager.create(new float[] {1, 0.5f, 0.1f, 0.01f}, new Shape(1, 4));
          float near = product(kernel, manager, q, k, rates.mul(5), rates.mul(2));
          float far = product(kernel, manager, q, k, rates.mul(105), rates.mul(102));
          assertThat(far).isCloseTo(near, within(1e-4f));
        });
  }

  private static float product(
      Kernel kernel, NDManager manager, NDArray q, NDArray k, NDArray at, NDArray other) {
    NDArray a = kernel.callForOne(manager, "turn", q, at);
    return a.mul(kernel.callForOne(manager, "turn", k, other)).sum().getFloat();
  }

  @Test
  void causalAttentionSeesWhatComesBefore() throws Exception {
    run(
        (kernel, manager) -> {
          NDArray qkv = manager.randomNormal(new Shape(1, 5, 3 * 8));
          NDArray whole = kernel.callForOne(manager, "self_attention", qkv, true);
          NDArray prefix = kernel.callForOne(manager, "self_attention", qkv.get(":, :3"), true);
          close(prefix, whole.get(":, :3"));
          NDArray all = kernel.callForOne(manager, "self_attention", qkv, false);
          close(all.get(":, 4:"), whole.get(":, 4:"));
        });
  }

  @Test
  void modulationOfZeroChangesNothing() throws Exception {
    run(
        (kernel, manager) -> {
          NDArray x = manager.randomNormal(new Shape(2, 3, 4));
          NDArray zero = manager.zeros(new Shape(2, 1, 4));
          close(kernel.callForOne(manager, "modulate", x, zero, zero), x);
        });
  }

  @Test
  void sinusoidsAreCosinesThenSines() throws Exception {
    run(
        (kernel, manager) -> {
          NDArray t = manager.create(new float[] {0, 3});
          float[] found = kernel.callForOne(manager, "sinusoid", t, 4).toFloatArray();
          assertThat(found)
              .containsExactly(
                  new float[] {
                    1,
                    1,
                    0,
                    0,
                    (float) Math.cos(3),
                    (float) Math.cos(0.03),
                    (float) Math.sin(3),
                    (float) Math.sin(0.03)
                  },
                  within(1e-6f));
        });
  }

  @Test
  void unitVectorsHaveLengthOneAndZeroStaysZero() throws Exception {
    run(
        (kernel, manager) -> {
          NDArray x = manager.create(new float[] {3, 4, 0, 0}, new Shape(2, 2));
          close(
              kernel.callForOne(manager, "unit", x),
              manager.create(new float[] {0.6f, 0.8f, 0, 0}, new Shape(2, 2)));
        });
  }

  @Test
  void headsAreSplitInTheOrderQueryKeyValue() throws Exception {
    run(
        (kernel, manager) -> {
          NDArray qkv = manager.arange(12f).reshape(1, 1, 12);
          NDList split = kernel.call(manager, "split_qkv", qkv, 2);
          assertThat(split.get(1).toFloatArray()).containsExactly(4, 5, 6, 7);
          assertThat(split.get(1).getShape()).isEqualTo(new Shape(1, 2, 1, 2));
        });
  }

  @Test
  void halvesTurnAsNeighboursDo() throws Exception {
    run(
        (kernel, manager) -> {
          NDArray x = manager.randomNormal(new Shape(1, 2, 3, 4));
          NDArray angles = manager.randomNormal(new Shape(3, 2));
          // (0, 1, 2, 3) as halves are (0, 2, 1, 3) as neighbours.
          NDArray order = manager.create(new int[] {0, 2, 1, 3});
          NDArray mixed = x.take(manager.create(rows(order, 6))).reshape(x.getShape());
          NDArray turned = kernel.callForOne(manager, "turn", mixed, angles);
          NDArray back = turned.take(manager.create(rows(order, 6))).reshape(x.getShape());
          close(kernel.callForOne(manager, "turn_halves", x, angles), back);
        });
  }

  /** Positions of the elements of rows of 4 in another order, all rows flattened. */
  private static long[] rows(NDArray order, int rows) {
    int[] each = order.toIntArray();
    long[] all = new long[4 * rows];
    for (int i = 0; i < all.length; i++) {
      all[i] = i / 4 * 4L + each[i % 4];
    }
    return all;
  }

  /** Grattafiori et al., "The Llama 3 herd of models", by the wavelength of each pair. */
  @Test
  void slowFrequenciesAreStretched() throws Exception {
    run(
        (kernel, manager) -> {
          float[] expected = new float[32];
          for (int i = 0; i < 32; i++) {
            double pace = Math.pow(10000, -i / 32.0);
            double wave = 2 * Math.PI / pace;
            double smooth = (8192 / wave - 1) / (4 - 1);
            double between = (1 - smooth) * pace / 8 + smooth * pace;
            expected[i] =
                (float) (wave < 8192 / 4.0 ? pace : wave > 8192 / 1.0 ? pace / 8 : between);
          }
          NDArray x = manager.zeros(new Shape(1));
          NDArray found = kernel.callForOne(manager, "stretched", x, 64, 8.0, 1.0, 4.0, 8192.0);
          close(found.div(manager.create(expected)), manager.ones(new Shape(32)));
        });
  }

  /** Peng et al., "YaRN", 2023, equation 23, with the rounding of the official code. */
  @Test
  void yarnGoesOverFromPairToPair() throws Exception {
    run(
        (kernel, manager) -> {
          double first =
              Math.floor(64 * Math.log(2048 / (32 * 2 * Math.PI)) / (2 * Math.log(10000)));
          double last = Math.ceil(64 * Math.log(2048 / (2 * Math.PI)) / (2 * Math.log(10000)));
          float[] expected = new float[32];
          for (int i = 0; i < 32; i++) {
            double pace = Math.pow(10000, -i / 32.0);
            double slowed = Math.max(0, Math.min(1, (i - first) / (last - first)));
            expected[i] = (float) (pace / 4 * slowed + pace * (1 - slowed));
          }
          NDArray x = manager.zeros(new Shape(1));
          NDArray found = kernel.callForOne(manager, "yarn", x, 64, 4.0, 1.0, 32.0, 2048.0);
          close(found.div(manager.create(expected)), manager.ones(new Shape(32)));
        });
  }
}
