package dev.seriatim.cli;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.engine.Scope;
import dev.seriatim.api.generation.GenerationRequest;
import dev.seriatim.api.generation.GenerationResult;
import dev.seriatim.api.generation.Generator;
import dev.seriatim.api.generation.PartLease;
import dev.seriatim.api.media.Series;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.part.SeriesTokenizer;
import dev.seriatim.api.part.Tokenizer;
import dev.seriatim.launcher.Seriatim;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.function.UnaryOperator;

/**
 * Continues time series by a model. A forecast that is longer than the model's canvas is made of
 * several requests: the window that the model looks back at moves on over what was forecast, and is
 * put on a scale of its own each time.
 */
final class Forecaster implements AutoCloseable {
  private final Seriatim seriatim;
  private final Generator generator;
  private final UnaryOperator<GenerationRequest> options;
  private final PrintWriter err;
  private final PartLease<Tokenizer> lease;
  private final SeriesTokenizer tokenizer;

  /**
   * Borrows the model's tokenizer.
   *
   * @param options changes each request, its seed for example
   * @throws SeriatimException when the model is not one of time series
   */
  Forecaster(
      Seriatim seriatim,
      Generator generator,
      UnaryOperator<GenerationRequest> options,
      PrintWriter err) {
    this.seriatim = seriatim;
    this.generator = generator;
    this.options = options;
    this.err = err;
    this.lease = seriatim.tokenizer(generator.model().name());
    if (!(lease.part() instanceof SeriesTokenizer ofSeries)) {
      lease.close();
      throw new SeriatimException(
          generator.model().name() + ": expected a model of time series, found another");
    }
    this.tokenizer = ofSeries;
  }

  /**
   * Draws continuations of a series.
   *
   * @param history not a number where nothing was observed; the model fills these gaps, differently
   *     in each sample
   * @param first number of the first sample
   * @return [sample][point]
   * @throws SeriatimException when no patch of the history was observed whole
   */
  float[][] forecast(float[] history, int horizon, int samples, int first) throws Exception {
    float[][] futures = new float[samples][horizon];
    float[][] known = new float[samples][];
    Arrays.fill(known, history);
    int done = 0;
    for (int turn = 0; done < horizon; turn++) {
      float[][] windows = new float[samples][];
      for (int sample = 0; sample < samples; sample++) {
        windows[sample] = window(known[sample]);
      }
      Series more = continued(windows, horizon - done, turn, first);
      int begun = windows[0].length;
      int count = Math.min(horizon - done, more.length() - begun);
      for (int sample = 0; sample < samples; sample++) {
        for (int i = 0; i < count; i++) {
          futures[sample][done + i] = more.value(sample, begun + i, 0);
        }
        known[sample] = joined(history, futures[sample], done + count);
      }
      done += count;
    }
    return futures;
  }

  /** The patches at the end that the model looks back at, from the first that is whole on. */
  private float[] window(float[] known) {
    int patch = tokenizer.patch();
    int patches = Math.min(tokenizer.window(), known.length / patch);
    for (; patches > 0; patches--) {
      int from = known.length - patches * patch;
      boolean whole = true;
      for (int i = from; i < from + patch; i++) {
        whole &= !Float.isNaN(known[i]);
      }
      if (whole) {
        return Arrays.copyOfRange(known, from, known.length);
      }
    }
    throw new SeriatimException(
        "history: expected at least "
            + patch
            + " points that were observed one after the other, found fewer among the last "
            + Math.min(known.length, tokenizer.window() * patch));
  }

  private static float[] joined(float[] history, float[] future, int count) {
    float[] joined = Arrays.copyOf(history, history.length + count);
    System.arraycopy(future, 0, joined, history.length, count);
    return joined;
  }

  /** One request: windows, which are of one length, and what the model makes follow. */
  private Series continued(float[][] windows, int asked, int turn, int first) throws Exception {
    int patch = tokenizer.patch();
    int begun = windows[0].length;
    int room = tokenizer.layout().slots() - begun / patch;
    int length = begun + Math.min(room, (asked + patch - 1) / patch) * patch;
    float[] values = new float[windows.length * length];
    Arrays.fill(values, Float.NaN);
    for (int sample = 0; sample < windows.length; sample++) {
      System.arraycopy(windows[sample], 0, values, sample * length, begun);
    }
    Canvas start = encode(new Series(windows.length, length, values));
    GenerationRequest request =
        options.apply(GenerationRequest.of(Condition.NONE, windows.length)).withStart(start);
    // Each turn draws numbers of its own.
    request =
        request.withSeed(request.seed() + turn).withFirstSample(request.firstSample() + first);
    GenerationResult result = Drawing.draw(generator, request, err);
    return (Series) result.media();
  }

  private Canvas encode(Series series) throws Exception {
    return seriatim
        .engine()
        .call(
            () -> {
              try (Scope scope = seriatim.engine().scope("forecast")) {
                return tokenizer.encode(series, scope.manager());
              }
            });
  }

  @Override
  public void close() {
    lease.close();
  }
}
