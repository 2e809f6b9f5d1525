package dev.seriatim.tokenizer.kl.internal;

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
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.PyramidTokenizer;
import dev.seriatim.api.part.Tokenizer;
import dev.seriatim.kernels.AutoencoderNetwork;
import dev.seriatim.testkit.TokenizerContract;
import dev.seriatim.tokenizer.kl.internal.KlPyramidFactory.Configuration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KlPyramidTest extends TokenizerContract<Configuration> {
  private static final List<Integer> SCALES = List.of(1, 2, 4);
  private static final AutoencoderNetwork NETWORK =
      new AutoencoderNetwork(8, List.of(8, 16), List.of(), 1, 4, 1e-6, List.of(1), List.of(), true);

  @Override
  protected PartFactory<Tokenizer, Configuration> factory() {
    return new KlPyramidFactory();
  }

  @Override
  protected Configuration configuration() {
    return new Configuration(8, 1, 3, SCALES, 0, 0.5, 1e-3, NETWORK);
  }

  @Override
  protected Frame frame() {
    return Frame.of(ConditionSpace.NONE);
  }

  @Override
  protected Images images(int samples, long seed) {
    return noise(samples, 1, 8, 8, seed);
  }

  @Override
  protected Map<String, Configuration> refused() {
    Map<String, Configuration> refused = new HashMap<>();
    refused.put("image-size", new Configuration(9, 1, 3, SCALES, 0, 0.5, 1e-3, NETWORK));
    refused.put("image-channels", new Configuration(8, 2, 3, SCALES, 0, 0.5, 1e-3, NETWORK));
    refused.put("latent-width", new Configuration(8, 1, 0, SCALES, 0, 0.5, 1e-3, NETWORK));
    refused.put("scales", new Configuration(8, 1, 3, List.of(1, 3), 0, 0.5, 1e-3, NETWORK));
    refused.put("feature-size", new Configuration(8, 1, 3, SCALES, -1, 0.5, 1e-3, NETWORK));
    refused.put("scale-factor", new Configuration(8, 1, 3, SCALES, 0, 0, 1e-3, NETWORK));
    refused.put("kl-weight", new Configuration(8, 1, 3, SCALES, 0, 0.5, -1, NETWORK));
    return refused;
  }

  private static void settle(Canvas from, Canvas to, int scale) {
    Pyramid layout = (Pyramid) from.layout();
    int first = layout.firstSlot(scale);
    int count = layout.firstSlot(scale + 1) - first;
    float[] vectors = new float[from.samples() * count * 3];
    for (int i = 0; i < from.samples() * count; i++) {
      float[] vector = from.vector(i / count, first + i % count);
      System.arraycopy(vector, 0, vectors, i * 3, 3);
    }
    to.write(Slots.range(first, first + count), 1f, vectors);
  }

  @Test
  void everyScaleIsTheAverageOfTheFinest() throws Exception {
    onEngine(
        () -> {
          Canvas canvas = part().encode(images(1, 7), scope().manager());
          for (int channel = 0; channel < 3; channel++) {
            double sum = 0;
            for (int slot = 5; slot < 21; slot++) {
              sum += canvas.vector(0, slot)[channel];
            }
            assertThat((double) canvas.vector(0, 0)[channel]).isCloseTo(sum / 16, within(1e-5));
          }
        });
  }

  @Test
  void featuresAreWhatTeachingShows() throws Exception {
    onEngine(
        () -> {
          NDManager manager = scope().manager();
          PyramidTokenizer tokenizer = (PyramidTokenizer) part();
          Canvas whole = tokenizer.encode(images(2, 8), manager);
          NDArray tokens = manager.create(whole.vectors(), new Shape(2, 21, 3));
          NDArray taught = tokenizer.teaching(tokens, manager);
          assertThat(taught.getShape()).isEqualTo(new Shape(2, 20, 3));
          Canvas growing = Canvas.blank(tokenizer.layout(), tokenizer.tokens(), 2);
          for (int scale = 1; scale < 3; scale++) {
            settle(whole, growing, scale - 1);
            NDArray features = tokenizer.features(growing, scale, manager);
            int first = tokenizer.layout().firstSlot(scale) - 1;
            NDArray expected = taught.get(":, {}:{}", first, first + features.getShape().get(1));
            assertThat(features.toFloatArray())
                .containsExactly(expected.toFloatArray(), within(1e-6f));
          }
          // A single token says the same everywhere.
          NDArray first = taught.get(":, 0:4");
          assertThat(first.get(":, 0").toFloatArray())
              .containsExactly(first.get(":, 3").toFloatArray(), within(1e-6f));
        });
  }

  @Test
  void theLastScaleIsTheResultAndCoarserOnesPreviewIt() throws Exception {
    onEngine(
        () -> {
          NDManager manager = scope().manager();
          Canvas whole = part().encode(images(1, 9), manager);
          Canvas last = Canvas.blank(part().layout(), part().tokens(), 1);
          settle(whole, last, 2);
          assertThat(part().decode(last, manager)).isEqualTo(part().decode(whole, manager));
          Canvas coarse = Canvas.blank(part().layout(), part().tokens(), 1);
          Images nothing = (Images) part().decode(coarse, manager);
          settle(whole, coarse, 1);
          assertThat(part().decode(coarse, manager)).isNotEqualTo(nothing);
        });
  }
}
