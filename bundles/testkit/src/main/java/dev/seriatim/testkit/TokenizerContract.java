package dev.seriatim.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.media.Images;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.Tokenizer;
import dev.seriatim.api.training.Objective;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * What every tokenizer of images keeps; {@link TextTokenizerContract} is for those of texts.
 *
 * @param <C> its configuration
 */
public abstract class TokenizerContract<C extends Record> extends PartContract<Tokenizer, C> {
  private static final int SAMPLES = 3;

  /** A batch of images of the right size, different ones for different seeds. */
  protected abstract Images images(int samples, long seed);

  /** How far pixels of one sample may differ between batches: half a level of 255. */
  protected double tolerance() {
    return 0.5 / 255;
  }

  /** Random pixels, for {@link #images}. */
  protected static Images noise(int samples, int channels, int height, int width, long seed) {
    Random random = new Random(seed);
    float[] pixels = new float[samples * channels * height * width];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = random.nextFloat();
    }
    return new Images(samples, channels, height, width, pixels);
  }

  private Canvas encode(Images images) {
    return part().encode(images, scope().manager());
  }

  private Images decode(Canvas canvas) {
    return (Images) part().decode(canvas, scope().manager());
  }

  private static void assertSame(Canvas actual, Canvas expected, double tolerance) {
    if (expected.tokenSpace() instanceof TokenSpace.Discrete) {
      assertThat(actual.ids()).isEqualTo(expected.ids());
    } else {
      assertClose(actual.vectors(), expected.vectors(), tolerance);
    }
  }

  private static void assertClose(float[] actual, float[] expected, double tolerance) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      assertThat((double) actual[i]).isCloseTo(expected[i], within(tolerance));
    }
  }

  @Test
  @DisplayName("The blueprint's frame has the layout and the tokens of the part")
  void frameAgrees() {
    assertThat(part().layout()).isEqualTo(blueprint().frame().layout());
    assertThat(part().tokens()).isEqualTo(blueprint().frame().tokens());
  }

  @Test
  @DisplayName("Encoding settles every slot, decoding gives images of the size that went in")
  void roundTrip() throws Exception {
    onEngine(
        () -> {
          Images in = images(SAMPLES, 1);
          Canvas canvas = encode(in);
          assertThat(canvas.layout()).isEqualTo(part().layout());
          assertThat(canvas.tokenSpace()).isEqualTo(part().tokens());
          for (int sample = 0; sample < SAMPLES; sample++) {
            assertThat(canvas.settled(sample)).isEqualTo(part().layout().slots());
          }
          Images out = decode(canvas);
          assertThat(out.samples()).isEqualTo(SAMPLES);
          assertThat(out.channels()).isEqualTo(in.channels());
          assertThat(out.height()).isEqualTo(in.height());
          assertThat(out.width()).isEqualTo(in.width());
          for (float pixel : out.pixels()) {
            assertThat(pixel).isBetween(0f, 1f);
          }
        });
  }

  @Test
  @DisplayName("1 Deterministic: the same images give the same tokens and the same pixels")
  void deterministic() throws Exception {
    onEngine(
        () -> {
          Canvas one = encode(images(SAMPLES, 2));
          Canvas two = encode(images(SAMPLES, 2));
          assertSame(one, two, 0);
          assertThat(decode(one).pixels()).isEqualTo(decode(two).pixels());
        });
  }

  @Test
  @DisplayName("2 Batch-invariant: an image's tokens and pixels are what they are alone")
  void batchInvariant() throws Exception {
    onEngine(
        () -> {
          Images images = images(SAMPLES, 3);
          Canvas batch = encode(images);
          Images decoded = decode(batch);
          for (int i = 0; i < SAMPLES; i++) {
            assertSame(encode(images.range(i, i + 1)), batch.sample(i), tolerance());
            assertClose(
                decode(batch.sample(i)).pixels(), decoded.range(i, i + 1).pixels(), tolerance());
          }
        });
  }

  @Test
  @DisplayName("A partly filled canvas decodes, and what is unknown does not show")
  void decodesPreviews() throws Exception {
    onEngine(
        () -> {
          Canvas blank = Canvas.blank(part().layout(), part().tokens(), 1);
          Images nothing = decode(blank);
          Canvas withdrawn = encode(images(1, 4));
          for (int slot = 0; slot < part().layout().slots(); slot++) {
            withdrawn.withdraw(0, slot);
          }
          assertThat(decode(withdrawn).pixels()).isEqualTo(nothing.pixels());
        });
  }

  @Test
  @DisplayName("6 Says no clearly: images of the wrong size are refused")
  void refusesWrongSizes() throws Exception {
    onEngine(
        () -> {
          Images right = images(1, 5);
          Images wrong = noise(1, right.channels(), right.height() + 1, right.width(), 5);
          assertThatThrownBy(() -> encode(wrong))
              .isInstanceOf(PartException.class)
              .hasMessageContaining("media")
              .hasMessageContaining("expected")
              .hasMessageContaining("found");
        });
  }

  @Test
  @DisplayName("Where it is trained: the loss is finite and its gradient reaches every weight")
  void lossDifferentiates() throws Exception {
    Assumptions.assumeTrue(part() instanceof Objective, "trained elsewhere");
    onEngine(
        () -> {
          Images images = images(4, 6);
          NDArray pixels =
              scope()
                  .manager()
                  .create(
                      images.pixels(),
                      new Shape(4, images.channels(), images.height(), images.width()));
          NDList result =
              engine()
                  .differentiate(
                      weights(),
                      scope(),
                      () -> ((Objective) part()).loss(pixels, null, scope().manager()));
          assertThat(result.get(0).toFloatArray()[0]).isFinite();
          for (int i = 1; i < result.size(); i++) {
            assertThat(result.get(i).norm().toFloatArray()[0])
                .as("gradient of %s", weights().names().get(i - 1))
                .isFinite();
          }
        });
  }
}
