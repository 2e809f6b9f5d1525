package dev.seriatim.tokenizer.vq.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.media.Images;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.KernelPart;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.Tokenizer;
import dev.seriatim.kernels.AutoencoderNetwork;
import dev.seriatim.testkit.TokenizerContract;
import dev.seriatim.tokenizer.vq.internal.VqGanFactory.Configuration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VqGanTest extends TokenizerContract<Configuration> {
  private static final AutoencoderNetwork NETWORK =
      new AutoencoderNetwork(
          8, List.of(8, 16), List.of(8, 24), 1, 4, 1e-6, List.of(1), List.of(1), true);

  @Override
  protected PartFactory<Tokenizer, Configuration> factory() {
    return new VqGanFactory();
  }

  @Override
  protected Configuration configuration() {
    return new Configuration(8, 16, 3, 24, 4, 6, true, 0.25, NETWORK);
  }

  @Override
  protected Frame frame() {
    return Frame.of(ConditionSpace.NONE);
  }

  @Override
  protected Images images(int samples, long seed) {
    return noise(samples, 3, 8, 16, seed);
  }

  @Override
  protected Map<String, Configuration> refused() {
    Map<String, Configuration> refused = new HashMap<>();
    refused.put("height", new Configuration(9, 16, 3, 24, 4, 6, true, 0.25, NETWORK));
    refused.put("width", new Configuration(8, 1, 3, 24, 4, 6, true, 0.25, NETWORK));
    refused.put("image-channels", new Configuration(8, 16, 4, 24, 4, 6, true, 0.25, NETWORK));
    refused.put("vocabulary", new Configuration(8, 16, 3, 1, 4, 6, true, 0.25, NETWORK));
    refused.put("code-width", new Configuration(8, 16, 3, 24, 0, 6, true, 0.25, NETWORK));
    refused.put("latent-width", new Configuration(8, 16, 3, 24, 4, 0, true, 0.25, NETWORK));
    refused.put("commitment", new Configuration(8, 16, 3, 24, 4, 6, true, -1, NETWORK));
    AutoencoderNetwork uneven =
        new AutoencoderNetwork(
            8, List.of(8, 16), List.of(8), 1, 4, 1e-6, List.of(), List.of(), true);
    refused.put(
        "network.decoder-channels", new Configuration(8, 16, 3, 24, 4, 6, true, 0.25, uneven));
    return refused;
  }

  @Test
  void codesHaveLengthOneAndAreTheirOwnNearest() throws Exception {
    onEngine(
        () -> {
          NDManager manager = scope().manager();
          Kernel kernel = ((KernelPart) part()).kernel();
          NDArray ids = manager.arange(24).toType(DataType.INT64, false);
          NDArray codes = kernel.callForOne(manager, "codes", ids.reshape(1, 24));
          assertThat(codes.getShape()).isEqualTo(new Shape(1, 24, 4));
          for (float square : codes.square().sum(new int[] {2}).toFloatArray()) {
            assertThat(square).isCloseTo(1f, within(1e-5f));
          }
          // Longer vectors of the same direction are the same code.
          NDArray map = kernel.callForOne(manager, "map", codes.mul(3), 4);
          assertThat(map.getShape()).isEqualTo(new Shape(1, 4, 4, 6));
          NDArray found = kernel.callForOne(manager, "quantise", map);
          assertThat(found.toLongArray()).isEqualTo(ids.toLongArray());
        });
  }
}
