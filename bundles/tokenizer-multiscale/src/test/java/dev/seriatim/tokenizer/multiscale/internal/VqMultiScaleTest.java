package dev.seriatim.tokenizer.multiscale.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Pyramid;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.media.Images;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.KernelPart;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.PyramidTokenizer;
import dev.seriatim.api.part.Tokenizer;
import dev.seriatim.kernels.AutoencoderNetwork;
import dev.seriatim.testkit.TokenizerContract;
import dev.seriatim.tokenizer.multiscale.internal.VqMultiScaleFactory.Configuration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VqMultiScaleTest extends TokenizerContract<Configuration> {
  private static final AutoencoderNetwork NETWORK =
      new AutoencoderNetwork(
          8, List.of(8, 16), List.of(), 1, 4, 1e-6, List.of(1), List.of(1), true);

  @Override
  protected PartFactory<Tokenizer, Configuration> factory() {
    return new VqMultiScaleFactory();
  }

  @Override
  protected Configuration configuration() {
    return new Configuration(8, 3, List.of(1, 2, 4), 24, 4, 3, 4, 0.5, false, 0.25, NETWORK);
  }

  @Override
  protected Frame frame() {
    return Frame.of(ConditionSpace.NONE);
  }

  @Override
  protected Images images(int samples, long seed) {
    return noise(samples, 3, 8, 8, seed);
  }

  @Override
  protected Map<String, Configuration> refused() {
    Map<String, Configuration> refused = new HashMap<>();
    refused.put("image-size", with(9, List.of(1, 2, 4), 24, 3, 4, 0.5, NETWORK));
    refused.put("scales", with(8, List.of(1, 2, 3), 24, 3, 4, 0.5, NETWORK));
    refused.put("rising", with(8, List.of(2, 2, 4), 24, 3, 4, 0.5, NETWORK));
    refused.put("vocabulary", with(8, List.of(1, 4), 1, 3, 4, 0.5, NETWORK));
    refused.put("code-kernel", with(8, List.of(1, 4), 24, 2, 4, 0.5, NETWORK));
    refused.put("phi-count", with(8, List.of(1, 4), 24, 3, 0, 0.5, NETWORK));
    refused.put("phi-ratio", with(8, List.of(1, 4), 24, 3, 4, 1.5, NETWORK));
    AutoencoderNetwork ungrouped =
        new AutoencoderNetwork(
            8, List.of(8, 18), List.of(), 1, 4, 1e-6, List.of(), List.of(), true);
    refused.put("network.channels", with(8, List.of(1, 4), 24, 3, 4, 0.5, ungrouped));
    return refused;
  }

  private static Configuration with(
      int imageSize,
      List<Integer> scales,
      int vocabulary,
      int kernel,
      int phis,
      double ratio,
      AutoencoderNetwork network) {
    return new Configuration(
        imageSize, 3, scales, vocabulary, 4, kernel, phis, ratio, false, 0.25, network);
  }

  @Test
  void featuresAreTheSameWhetherFinerScalesAreSettledOrNot() throws Exception {
    onEngine(
        () -> {
          NDManager manager = scope().manager();
          PyramidTokenizer tokenizer = (PyramidTokenizer) part();
          Canvas whole = tokenizer.encode(images(2, 7), manager);
          Canvas growing = Canvas.blank(tokenizer.layout(), tokenizer.tokens(), 2);
          NDArray ids = manager.create(whole.ids(), new Shape(2, 21));
          NDArray taught = ((KernelPart) part()).kernel().callForOne(manager, "teaching", ids);
          for (int scale = 1; scale < 3; scale++) {
            settle(whole, growing, scale - 1);
            NDArray features = tokenizer.features(growing, scale, manager);
            int first = tokenizer.layout().firstSlot(scale);
            int end = tokenizer.layout().firstSlot(scale + 1);
            assertThat(features.getShape().getShape()).containsExactly(2, end - first, 4);
            assertClose(features, tokenizer.features(whole, scale, manager));
            assertClose(features, taught.get(":, {}:{}", first - 1, end - 1));
          }
        });
  }

  private static void settle(Canvas from, Canvas to, int scale) {
    Pyramid layout = (Pyramid) from.layout();
    int first = layout.firstSlot(scale);
    int end = layout.firstSlot(scale + 1);
    long[] ids = new long[from.samples() * (end - first)];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = from.id(i / (end - first), first + i % (end - first), 0);
    }
    to.write(Slots.range(first, end), 1f, ids);
  }

  private static void assertClose(NDArray actual, NDArray expected) {
    assertThat(actual.getShape()).isEqualTo(expected.getShape());
    assertThat(actual.toFloatArray()).containsExactly(expected.toFloatArray(), within(1e-5f));
  }

  @Test
  void coarseScalesAloneDecode() throws Exception {
    onEngine(
        () -> {
          NDManager manager = scope().manager();
          Canvas whole = part().encode(images(1, 8), manager);
          Canvas coarse = Canvas.blank(part().layout(), part().tokens(), 1);
          Images nothing = (Images) part().decode(coarse, manager);
          settle(whole, coarse, 0);
          Images preview = (Images) part().decode(coarse, manager);
          assertThat(preview).isNotEqualTo(nothing);
          assertThat(preview).isNotEqualTo(part().decode(whole, manager));
        });
  }
}
