package dev.seriatim.training.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.engine.Scope;
import dev.seriatim.api.media.Series;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.part.SeriesTokenizer;
import dev.seriatim.api.training.SeriesDataSet;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Windows of time series. An epoch goes through all series window by window in random order, each
 * moved by a random number of points. The first patch of a window is given, and patches that were
 * not observed as a whole do not count.
 */
final class SeriesMaterial implements Material {
  /** Held-out windows that are measured at a time. */
  private static final int CHUNK = 64;

  private final StageContext context;
  private final SeriesTokenizer tokenizer;
  private final SeriesDataSet data;

  /** Patches of a window. */
  private final int slots;

  /** Series and number of its window, for each example. */
  private final List<int[]> windows;

  /**
   * @throws SeriatimException when no series is as long as a window
   */
  SeriesMaterial(StageContext context, SeriesTokenizer tokenizer, SeriesDataSet data) {
    this.context = context;
    this.tokenizer = tokenizer;
    this.data = data;
    int longest = tokenizer.layout().slots();
    slots = context.spec().length() == 0 ? longest : context.spec().length();
    if (slots < 2 || slots > longest) {
      throw refuse("length", "2 to " + longest + " patches", slots);
    }
    windows =
        IntStream.range(0, data.train().size())
            .boxed()
            .flatMap(
                series ->
                    IntStream.range(0, (places(series) + points() - 1) / points())
                        .mapToObj(window -> new int[] {series, window}))
            .toList();
    if (windows.isEmpty()) {
      throw refuse("data", "a series of at least " + points() + " points", data.name());
    }
  }

  private SeriatimException refuse(String key, String expected, Object found) {
    return new SeriatimException(
        "stage "
            + context.spec().name()
            + ": "
            + key
            + ": expected "
            + expected
            + ", found "
            + found);
  }

  /** Points of a window. */
  private int points() {
    return slots * tokenizer.patch();
  }

  /** Places where a window of a series can begin. */
  private int places(int series) {
    return Math.max(0, data.train().get(series).length - points() + 1);
  }

  @Override
  public int examples() {
    return windows.size();
  }

  @Override
  public int variants() {
    return points();
  }

  @Override
  public void encode() {
    // Encoded batch by batch: that is little work.
  }

  @Override
  public Pupil.Batch batch(BatchOrder.Batch chosen, NDManager manager) {
    float[] values = new float[chosen.examples().length * points()];
    for (int i = 0; i < chosen.examples().length; i++) {
      int[] window = windows.get(chosen.examples()[i]);
      int first = (window[1] * points() + chosen.variants()[i]) % places(window[0]);
      System.arraycopy(data.train().get(window[0]), first, values, i * points(), points());
    }
    return batch(values, manager);
  }

  private Pupil.Batch batch(float[] values, NDManager manager) {
    int samples = values.length / points();
    Canvas canvas = tokenizer.encode(new Series(samples, points(), values), manager);
    NDArray tokens = Uploads.of(canvas.vectors(), manager, samples, slots, tokenizer.patch());
    float[] weight = new float[samples * slots];
    for (int i = 0; i < weight.length; i++) {
      weight[i] = i % slots > 0 && canvas.isSettled(i / slots, i % slots) ? 1 : 0;
    }
    return new Pupil.Batch(
        tokens,
        Uploads.of(weight, manager, samples, slots),
        new Sequence(slots),
        Collections.nCopies(samples, Condition.NONE));
  }

  /** The loss over the last windows of held-out series. */
  @Override
  public Map<String, Double> measure(Pupil pupil) {
    List<float[]> measured =
        data.heldOut().stream()
            .filter(series -> series.length >= points())
            .limit(context.spec().measureImages())
            .toList();
    if (measured.isEmpty()) {
      return Map.of();
    }
    double sum = 0;
    for (int first = 0; first < measured.size(); first += CHUNK) {
      List<float[]> some = measured.subList(first, Math.min(first + CHUNK, measured.size()));
      int step = first;
      sum += context.calls().call(() -> heldOutLoss(pupil, some, step)) * some.size();
    }
    return Map.of("loss", sum / measured.size());
  }

  private double heldOutLoss(Pupil pupil, List<float[]> series, int step) {
    float[] values = new float[series.size() * points()];
    for (int i = 0; i < series.size(); i++) {
      int first = series.get(i).length - points();
      System.arraycopy(series.get(i), first, values, i * points(), points());
    }
    try (Scope scope = context.calls().engine().scope("measure")) {
      // The same numbers each time, so that the measures of a run can be compared.
      return pupil.loss(batch(values, scope.manager()), step, scope.manager()).get().getFloat();
    }
  }
}
