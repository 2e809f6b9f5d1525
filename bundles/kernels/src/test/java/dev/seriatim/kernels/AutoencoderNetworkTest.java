package dev.seriatim.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.engine.KernelSource;
import dev.seriatim.api.engine.Scope;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.weights.Parameter;
import dev.seriatim.api.weights.Weights;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

/** The shared encoder and decoder, for every option. */
class AutoencoderNetworkTest {
  private static final List<Integer> SAME = List.of();
  private static final KernelSource SOURCE =
      new KernelSource(
              "tokenizer.py",
              """
              class Tokenizer(Module):
                  def round_trip(self, x: Tensor) -> Tensor:
                      return self.decoder(self.encoder(x))
              """)
          .with(KernelLibrary.AUTOENCODER)
          .with(KernelLibrary.CONVOLUTION);

  private interface Check {
    void run(Kernel kernel, NDManager manager, Weights weights);
  }

  private static AutoencoderNetwork network(
      List<Integer> channels, List<Integer> decoder, List<Integer> attention, boolean middle) {
    return new AutoencoderNetwork(8, channels, decoder, 2, 4, 1e-6, attention, attention, middle);
  }

  private static void run(AutoencoderNetwork network, Check check) throws Exception {
    network.check("test", "network");
    Engine engine = ServiceLoader.load(Engine.class).findFirst().orElseThrow();
    engine.call(
        () -> {
          try (Scope scope = engine.scope("test");
              Weights weights = engine.initialise(network.parameters(3, 5, 5), 1);
              Kernel kernel = engine.kernel(SOURCE, network.constants(), weights)) {
            check.run(kernel, scope.manager(), weights);
          }
          return null;
        });
  }

  private static void assertShapes(AutoencoderNetwork network) throws Exception {
    int factor = network.factor();
    run(
        network,
        (kernel, manager, weights) -> {
          NDArray images = manager.ones(new Shape(2, 3, 2 * factor, 3 * factor));
          NDArray code = kernel.callForOne(manager, "encoder", images);
          assertThat(code.getShape()).isEqualTo(new Shape(2, 5, 2, 3));
          NDArray back = kernel.callForOne(manager, "decoder", code);
          assertThat(back.getShape()).isEqualTo(images.getShape());
        });
  }

  @Test
  void everyOptionRuns() throws Exception {
    assertShapes(network(List.of(8), SAME, List.of(), false));
    assertShapes(network(List.of(16), SAME, List.of(0), true));
    assertShapes(network(List.of(8, 8), SAME, List.of(0, 1), false));
    assertShapes(network(List.of(8, 16, 24), List.of(4, 8, 16), List.of(2), true));
  }

  @Test
  void weightsFollowFromTheSizes() {
    AutoencoderNetwork network = network(List.of(8, 16), SAME, List.of(1), true);
    List<String> names = network.parameters(3, 5, 5).stream().map(Parameter::name).toList();
    // Two levels of two blocks, two of three, and two times two in the middle; the width changes on
    // the way down to level 1 and on the way up to level 0.
    assertThat(names).filteredOn(name -> name.startsWith("conv1_w.")).hasSize(14);
    assertThat(names).filteredOn(name -> name.startsWith("shortcut_w.")).hasSize(2);
    assertThat(names).filteredOn(name -> name.startsWith("attn_qkv_w.")).hasSize(2 + 2 + 3);
    assertThat(names).filteredOn(name -> name.startsWith("down_w.")).hasSize(1);
    assertThat(network.constants())
        .containsEntry(
            "block_shortcut", List.of(-1, -1, 0, -1, -1, -1, -1, -1, -1, -1, -1, 1, -1, -1))
        .containsEntry("block_attention", List.of(-1, -1, 0, 1, 2, -1, 3, -1, 4, 5, 6, -1, -1, -1));
  }

  @Test
  void downsamplingLooksToTheRightAndBelow() throws Exception {
    run(
        network(List.of(8, 8), SAME, List.of(), false),
        (kernel, manager, weights) -> {
          NDArray x = manager.zeros(new Shape(1, 8, 4, 4));
          float[] corner = new float[128];
          corner[15] = 1;
          NDArray last = manager.create(corner, new Shape(1, 8, 4, 4));
          NDArray bias = kernel.callForOne(manager, "downsample", x, 0);
          NDArray seen = kernel.callForOne(manager, "downsample", last, 0).sub(bias);
          // Pixel (3, 3) is in the middle of the window of (1, 1), which starts at (2, 2).
          float[] expected = weights.get("down_w.0").get(":, 0, 1, 1").toFloatArray();
          assertThat(seen.get("0, :, 1, 1").toFloatArray())
              .containsExactly(expected, within(1e-6f));
          assertThat(seen.get("0, :, 0, 0").toFloatArray()).containsOnly(0f);
        });
  }

  @Test
  void trainingStartsAttentionAsNothing() throws Exception {
    run(
        network(List.of(8), SAME, List.of(0), false),
        (kernel, manager, weights) -> {
          NDArray x = manager.arange(32f).reshape(1, 8, 2, 2);
          NDArray attended = kernel.callForOne(manager, "pixel_attention", x, 0);
          assertThat(attended.toFloatArray()).isEqualTo(x.toFloatArray());
        });
  }

  @Test
  void sizesThatDoNotFitAreRefused() {
    assertRefused(network(List.of(), SAME, List.of(), true), "network.channels");
    assertRefused(network(List.of(8, 6), SAME, List.of(), true), "network.channels");
    assertRefused(network(List.of(8, 8), List.of(8), List.of(), true), "network.decoder-channels");
    assertRefused(network(List.of(8), SAME, List.of(1), true), "network.encoder-attention");
    assertThatThrownBy(
            () -> network(List.of(8, 8), SAME, List.of(), true).requireDivides(9, "test", "height"))
        .isInstanceOf(PartException.class)
        .hasMessageContaining("height");
  }

  private static void assertRefused(AutoencoderNetwork network, String key) {
    assertThatThrownBy(() -> network.check("test", "network"))
        .isInstanceOf(PartException.class)
        .hasMessageContaining(key)
        .hasMessageContaining("found");
  }
}
