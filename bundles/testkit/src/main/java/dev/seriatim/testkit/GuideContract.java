package dev.seriatim.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.part.CategoricalDistribution;
import dev.seriatim.api.part.Distribution;
import dev.seriatim.api.part.Guide;
import dev.seriatim.api.part.Step;
import dev.seriatim.api.part.Stream;
import dev.seriatim.api.part.Tokenizer;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * What every guide of categorical distributions keeps.
 *
 * @param <C> its configuration
 */
public abstract class GuideContract<C extends Record> extends PartContract<Guide, C> {
  private static final int SAMPLES = 4;

  /**
   * A distribution over the frame's tokens with the given logits, by the head that the guide is
   * meant for.
   *
   * @param logits float32 [sample, slot, codebook, vocabulary]
   */
  protected abstract CategoricalDistribution distribution(NDArray logits);

  /** The tokenizer that the guide is bound to; null for guides that need none. */
  protected Tokenizer tokenizer() {
    return null;
  }

  /** The canvas of a request that begins. */
  protected Canvas canvas(int samples) {
    return Canvas.blank(frame().layout(), frame().tokens(), samples);
  }

  private Guide bound(Canvas canvas) {
    return part().bind(canvas, tokenizer());
  }

  /** What is drawn. */
  protected Step step() {
    return Step.settle(0, Slots.range(0, frame().layout().slots()));
  }

  private NDArray logits(int first, int samples, int draw) {
    int vocabulary = frame().discrete("contract").vocabulary();
    int codebooks = frame().discrete("contract").codebooks();
    long[] numbers = LongStream.range(first, first + samples).toArray();
    return engine()
        .random(3, numbers)
        .at(0, step().slots(), scope().manager())
        .normal(draw, vocabulary * codebooks)
        .mul(3)
        .reshape(samples, step().slots().count(), codebooks, vocabulary);
  }

  private Map<Stream, Distribution> others(int first, int samples) {
    Map<Stream, Distribution> others = new HashMap<>();
    int draw = 1;
    for (Stream stream : part().streams()) {
      others.put(stream, distribution(logits(first, samples, draw++)));
    }
    return others;
  }

  /** Logits after the guide, for samples of random logits. */
  protected final NDArray bent(int first, int samples) {
    Canvas canvas = canvas(samples);
    Distribution bent =
        bound(canvas)
            .apply(distribution(logits(first, samples, 0)), others(first, samples), step(), canvas);
    return ((CategoricalDistribution) bent).logits();
  }

  /** The logits that {@link #bent} started from. */
  protected final NDArray plain(int first, int samples) {
    return logits(first, samples, 0);
  }

  @Test
  @DisplayName("1 Deterministic: the same distribution is bent to the same")
  void deterministic() throws Exception {
    onEngine(
        () ->
            assertThat(bent(0, SAMPLES).toFloatArray()).isEqualTo(bent(0, SAMPLES).toFloatArray()));
  }

  @Test
  @DisplayName("2 Batch-invariant: a sample is bent as it is alone")
  void batchInvariant() throws Exception {
    onEngine(
        () -> {
          NDList alone = new NDList();
          for (int i = 0; i < SAMPLES; i++) {
            alone.add(bent(i, 1).softmax(-1));
          }
          Comparison.same(NDArrays.concat(alone), bent(0, SAMPLES).softmax(-1), 1e-6);
        });
  }

  @Test
  @DisplayName("Something stays possible in every slot, and nothing becomes NaN")
  void leavesSomething() throws Exception {
    onEngine(
        () -> {
          NDArray total = bent(0, SAMPLES).softmax(-1).sum(new int[] {-1});
          for (float sum : total.toFloatArray()) {
            assertThat(sum).isBetween(0.999f, 1.001f);
          }
        });
  }

  @Test
  @DisplayName("The distribution that came in is as it was")
  void leavesTheOriginal() throws Exception {
    onEngine(
        () -> {
          NDArray logits = logits(0, SAMPLES, 0);
          float[] before = logits.toFloatArray();
          Canvas canvas = canvas(SAMPLES);
          bound(canvas).apply(distribution(logits), others(0, SAMPLES), step(), canvas);
          assertThat(logits.toFloatArray()).isEqualTo(before);
        });
  }
}
