package dev.seriatim.family.timer.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.engine.RandomStreams;
import dev.seriatim.api.generation.GenerationRequest;
import dev.seriatim.api.generation.Loop;
import dev.seriatim.api.media.Series;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.Exposure;
import dev.seriatim.api.part.Head;
import dev.seriatim.api.part.KernelPart;
import dev.seriatim.api.part.Lesson;
import dev.seriatim.api.part.SeriesTokenizer;
import dev.seriatim.api.part.Step;
import dev.seriatim.api.verification.RecordedCase;
import dev.seriatim.api.verification.RecordedModel;
import dev.seriatim.importing.OfficialConfig;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;

/**
 * A recorded case: the network on a window of a series, with and without gaps, and forecasts that
 * are longer than a patch. Each variable of a series is a sample.
 */
final class TimerCase {
  private final RecordedCase recorded;
  private final RecordedModel model;
  private final Kernel network;
  private final SeriesTokenizer tokenizer;
  private final NDManager scope;
  private final int variables;

  /** The look-back windows, with the variables of each as samples. */
  private final Series windows;

  TimerCase(RecordedCase recorded, RecordedModel model) {
    this.recorded = recorded;
    this.model = model;
    this.network = model.part("backbone", KernelPart.class).kernel();
    this.tokenizer = model.part("tokenizer", SeriesTokenizer.class);
    this.scope = recorded.scope().manager();
    NDArray x = recorded.input("in.x");
    this.variables = (int) x.getShape().get(2);
    this.windows = byVariable(x);
  }

  void verify() {
    Canvas canvas = tokenizer.encode(windows, scope);
    NDArray patches = patches(canvas);
    output("embedded_patches", () -> network.callForOne(scope, "embed", patches, 0));
    output("attention_layer0", () -> network.callForOne(scope, "attention", patches));
    output("decoder_out", () -> states(canvas));
    output("forecast", () -> together(predicted(canvas)));
    output("anomaly", () -> together(predicted(canvas)));
    output("forecast", () -> together(withNext(canvas)));
    output("forecast_short", this::ofShorterWindow);
    if (recorded.has("in.imputation_mask")) {
      NDArray mask = recorded.input("in.imputation_mask");
      output("imputation", () -> together(predicted(tokenizer.encode(observed(mask), scope))));
    }
    output("rolling_forecast", this::rolled);
  }

  private void output(String name, Supplier<NDArray> found) {
    if (recorded.has("out." + name)) {
      recorded.output("out." + name, found.get());
    }
  }

  /** [sample, time, variable] with each variable as a sample, sample by sample. */
  private static Series byVariable(NDArray x) {
    Shape shape = x.getShape();
    return new Series(
        (int) (shape.get(0) * shape.get(2)),
        (int) shape.get(1),
        x.transpose(0, 2, 1).toFloatArray());
  }

  /** The variables of a sample together again: [sample, time, variable]. */
  private NDArray together(Series series) {
    Shape shape = new Shape(series.samples() / variables, variables, series.length());
    return scope.create(series.values(), shape).transpose(0, 2, 1);
  }

  private NDArray patches(Canvas canvas) {
    Shape shape = new Shape(canvas.samples(), canvas.layout().slots(), tokenizer.patch());
    return scope.create(canvas.vectors(), shape);
  }

  /** The state after each patch, [sample, patch, width]. Gaps are not shown. */
  private NDArray states(Canvas canvas) {
    Canvas more = longer(canvas);
    int slots = more.layout().slots();
    float[] levels = new float[more.samples() * slots];
    for (int i = 0; i < levels.length; i++) {
      levels[i] = more.level(i / slots, i % slots);
    }
    Exposure exposure = new Exposure(scope.create(levels, new Shape(more.samples(), slots)), null);
    Lesson lesson = new Lesson(patches(more), exposure, none(more.samples()), tokenizer, scope);
    return model.part("backbone", Backbone.class).teach(lesson).get(":, 1:");
  }

  /** A canvas with a patch more, which is not known. */
  private Canvas longer(Canvas canvas) {
    int slots = canvas.layout().slots();
    Canvas more = Canvas.blank(new Sequence(slots + 1), canvas.tokenSpace(), canvas.samples());
    more.write(Slots.range(0, slots), 1f, canvas.vectors());
    for (int sample = 0; sample < canvas.samples(); sample++) {
      more.keep(sample, canvas.sideInformation(sample));
      for (int slot = 0; slot < slots; slot++) {
        more.setLevel(sample, slot, canvas.level(sample, slot));
      }
    }
    return more;
  }

  private static List<Condition> none(int samples) {
    return Collections.nCopies(samples, Condition.NONE);
  }

  /** What is predicted after each patch, on the scale of the series. */
  private Series predicted(Canvas canvas) {
    int slots = canvas.layout().slots();
    Step step = Step.settle(0, Slots.range(0, slots));
    Head head = model.part("head", Head.class);
    NDArray tokens = head.distribution(states(canvas), step).mode().tokens();
    Canvas shown = Canvas.blank(canvas.layout(), canvas.tokenSpace(), canvas.samples());
    shown.write(step.slots(), 1f, tokens.toFloatArray());
    for (int sample = 0; sample < canvas.samples(); sample++) {
      shown.keep(sample, canvas.sideInformation(sample));
    }
    return (Series) tokenizer.decode(shown, scope);
  }

  /** The same, with the last patch as the loop generates it. */
  private Series withNext(Canvas canvas) {
    Series predicted = predicted(canvas);
    Series generated = (Series) tokenizer.decode(generated(longer(canvas)), scope);
    float[] values = predicted.values().clone();
    int patch = tokenizer.patch();
    for (int sample = 0; sample < predicted.samples(); sample++) {
      System.arraycopy(
          generated.values(),
          (sample + 1) * generated.length() - patch,
          values,
          (sample + 1) * predicted.length() - patch,
          patch);
    }
    return new Series(predicted.samples(), predicted.length(), values);
  }

  private Canvas generated(Canvas start) {
    Loop.Parts parts = model.parts(null, List.of());
    GenerationRequest request = GenerationRequest.of(none(start.samples())).withStart(start);
    RandomStreams random = recorded.engine().random(0, new long[start.samples()]);
    return recorded.run(parts, request, random).canvas();
  }

  /** As many patches of the window, from its first on, as were recorded. */
  private NDArray ofShorterWindow() {
    int length = (int) recorded.recorded("out.forecast_short").getShape().get(1);
    return together(withNext(tokenizer.encode(run(windows, 0, length), scope)));
  }

  /** The points of each series from one on. */
  private static Series run(Series series, int first, int length) {
    float[] values = new float[series.samples() * length];
    for (int sample = 0; sample < series.samples(); sample++) {
      int from = sample * series.length() + first;
      System.arraycopy(series.values(), from, values, sample * length, length);
    }
    return new Series(series.samples(), length, values);
  }

  /** The windows with gaps where the mask is 0. */
  private Series observed(NDArray mask) {
    float[] seen = byVariable(mask).values();
    float[] values = windows.values().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] = seen[i] == 1 ? values[i] : Float.NaN;
    }
    return new Series(windows.samples(), windows.length(), values);
  }

  /**
   * A forecast as long as asked for: each request predicts {@code pred_len} points; the window
   * moves on by them and is normalised anew.
   */
  private NDArray rolled() {
    OfficialConfig config = OfficialConfig.of(TimerFamily.NAME, recorded.configuration());
    int at = config.integer("pred_len");
    int asked = (int) recorded.recorded("out.rolling_forecast").getShape().get(1);
    int rolls = (asked + at - 1) / at;
    float[] forecast = new float[windows.samples() * asked];
    Series window = windows;
    for (int roll = 0; roll < rolls; roll++) {
      Series predicted = withNext(tokenizer.encode(window, scope));
      Series next = run(predicted, predicted.length() - at, at);
      int count = Math.min(at, asked - roll * at);
      for (int sample = 0; sample < window.samples(); sample++) {
        System.arraycopy(next.values(), sample * at, forecast, sample * asked + roll * at, count);
      }
      window = moved(window, next);
    }
    return together(new Series(windows.samples(), asked, forecast));
  }

  /** A window without its first points, and with others behind it. */
  private static Series moved(Series window, Series next) {
    Series kept = run(window, next.length(), window.length() - next.length());
    float[] values = new float[window.values().length];
    for (int sample = 0; sample < window.samples(); sample++) {
      int to = sample * window.length();
      System.arraycopy(kept.values(), sample * kept.length(), values, to, kept.length());
      System.arraycopy(
          next.values(), sample * next.length(), values, to + kept.length(), next.length());
    }
    return new Series(window.samples(), window.length(), values);
  }
}
