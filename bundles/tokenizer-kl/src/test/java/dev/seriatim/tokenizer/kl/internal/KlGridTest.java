package dev.seriatim.tokenizer.kl.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
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
import dev.seriatim.tokenizer.kl.internal.KlGridFactory.Configuration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KlGridTest extends TokenizerContract<Configuration> {
  private static final AutoencoderNetwork NETWORK =
      new AutoencoderNetwork(8, List.of(8, 16), List.of(), 1, 4, 1e-6, List.of(1), List.of(), true);

  @Override
  protected PartFactory<Tokenizer, Configuration> factory() {
    return new KlGridFactory();
  }

  @Override
  protected Configuration configuration() {
    return new Configuration(8, 16, 1, 3, 2, 0.5, 1e-3, NETWORK);
  }

  @Override
  protected Frame frame() {
    return Frame.of(ConditionSpace.NONE);
  }

  @Override
  protected Images images(int samples, long seed) {
    return noise(samples, 1, 8, 16, seed);
  }

  @Override
  protected Map<String, Configuration> refused() {
    Map<String, Configuration> refused = new HashMap<>();
    refused.put("height", new Configuration(10, 16, 1, 3, 2, 0.5, 1e-3, NETWORK));
    refused.put("width", new Configuration(8, 2, 1, 3, 2, 0.5, 1e-3, NETWORK));
    refused.put("image-channels", new Configuration(8, 16, 2, 3, 2, 0.5, 1e-3, NETWORK));
    refused.put("latent-width", new Configuration(8, 16, 1, 0, 2, 0.5, 1e-3, NETWORK));
    refused.put("patch", new Configuration(8, 16, 1, 3, 0, 0.5, 1e-3, NETWORK));
    refused.put("scale-factor", new Configuration(8, 16, 1, 3, 2, 0, 1e-3, NETWORK));
    refused.put("kl-weight", new Configuration(8, 16, 1, 3, 2, 0.5, -1, NETWORK));
    AutoencoderNetwork unknownLevel =
        new AutoencoderNetwork(8, List.of(8), List.of(), 1, 4, 1e-6, List.of(1), List.of(), true);
    refused.put(
        "network.encoder-attention", new Configuration(8, 16, 1, 3, 2, 0.5, 1e-3, unknownLevel));
    return refused;
  }

  private Kernel kernel() {
    return ((KernelPart) part()).kernel();
  }

  @Test
  void patchesHoldChannelThenRowThenColumn() throws Exception {
    onEngine(
        () -> {
          NDManager manager = scope().manager();
          // Two channels of 4 × 6 latents.
          NDArray latents = manager.arange(48f).reshape(1, 2, 4, 6);
          NDArray tokens = kernel().callForOne(manager, "patchify", latents, 2);
          assertThat(tokens.getShape()).isEqualTo(new Shape(1, 6, 8));
          assertThat(tokens.get(0, 1).toFloatArray()).containsExactly(2, 3, 8, 9, 26, 27, 32, 33);
          assertThat(tokens.get(0, 3).toFloatArray())
              .containsExactly(12, 13, 18, 19, 36, 37, 42, 43);
          NDArray back = kernel().callForOne(manager, "unpatchify", tokens, 2, 2);
          assertThat(back.toFloatArray()).isEqualTo(latents.toFloatArray());
        });
  }

  @Test
  void thePosteriorIsItsMeanAndNoiseTimesItsDeviation() throws Exception {
    onEngine(
        () -> {
          NDManager manager = scope().manager();
          // Log variances beyond [-30, 20] count as these.
          NDArray moments =
              manager.create(new float[] {1, 2, 3, 0, -90, 90}, new Shape(1, 6, 1, 1));
          NDArray noise = manager.create(new float[] {2, 1, 1}, new Shape(1, 3, 1, 1));
          NDArray mean = kernel().callForOne(manager, "posterior", moments, null);
          assertThat(mean.toFloatArray()).containsExactly(0.5f, 1f, 1.5f);
          NDArray drawn = kernel().callForOne(manager, "posterior", moments, noise);
          float[] expected = {1.5f, 1f, (float) (1.5 + Math.exp(10) / 2)};
          assertThat(drawn.toFloatArray()).containsExactly(expected, within(1e-2f));
        });
  }
}
