package dev.seriatim.tokenizer.series.internal;

import static dev.seriatim.api.part.PartException.require;

import ai.djl.ndarray.NDManager;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.media.Media;
import dev.seriatim.api.media.Series;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.SeriesTokenizer;
import java.util.Arrays;

/**
 * Series of one variable as patches that do not overlap, each value on the scale of its own series
 * (Nie et al., "A time series is worth 64 words", 2023; Liu et al., "Timer", 2024). Mean and scale
 * are of what was observed in the window at the start of the series, and go with the canvas as its
 * side information. The variables of a series with several are samples of their own.
 *
 * @param settings its configuration
 */
record SeriesPatches(SeriesPatchesFactory.Configuration settings) implements SeriesTokenizer {
  private static final String ID = SeriesPatchesFactory.ID;

  @Override
  public Sequence layout() {
    return new Sequence(settings.context());
  }

  @Override
  public TokenSpace tokens() {
    return new TokenSpace.Continuous(settings.patch());
  }

  @Override
  public int patch() {
    return settings.patch();
  }

  @Override
  public int window() {
    return settings.look();
  }

  /**
   * Encodes series.
   *
   * @param media {@link Series} of one variable, of 1 to as many patches as the context has
   */
  @Override
  public Canvas encode(Media media, NDManager scope) {
    Series series = checked(media);
    int slots = series.length() / patch();
    Canvas canvas = Canvas.blank(new Sequence(slots), tokens(), series.samples());
    float[] vectors = new float[series.values().length];
    for (int sample = 0; sample < series.samples(); sample++) {
      int first = sample * series.length();
      int seen = Math.min(window(), slots) * patch();
      Scale scale = Scale.of(series.values(), first, first + seen, settings.eps());
      canvas.keep(sample, scale.numbers());
      for (int i = first; i < first + series.length(); i++) {
        vectors[i] = scale.normalised(series.values()[i]);
      }
    }
    settle(canvas, vectors);
    return canvas;
  }

  /** Settles the patches that were observed as a whole; the others hold zeros. */
  private void settle(Canvas canvas, float[] vectors) {
    int slots = canvas.layout().slots();
    boolean[] known = new boolean[canvas.samples() * slots];
    for (int i = 0; i < known.length; i++) {
      known[i] = isObserved(vectors, i * patch());
      if (!known[i]) {
        Arrays.fill(vectors, i * patch(), (i + 1) * patch(), 0f);
      }
    }
    canvas.write(Slots.range(0, slots), 1f, vectors);
    for (int i = 0; i < known.length; i++) {
      if (!known[i]) {
        canvas.setLevel(i / slots, i % slots, 0f);
      }
    }
  }

  private boolean isObserved(float[] vectors, int first) {
    for (int i = first; i < first + patch(); i++) {
      if (Float.isNaN(vectors[i])) {
        return false;
      }
    }
    return true;
  }

  private Series checked(Media media) {
    if (!(media instanceof Series series)) {
      throw PartException.of(ID, "media", "time series", media.getClass().getSimpleName());
    }
    require(
        series.variables() == 1,
        ID,
        "media",
        "one variable; each of several is a sample of its own",
        series.variables() + " variables");
    int slots = series.length() / patch();
    require(
        slots >= 1 && slots <= settings.context() && series.length() % patch() == 0,
        ID,
        "media",
        "1 to " + settings.context() + " patches of " + patch() + " points",
        series.length() + " points");
    for (float value : series.values()) {
      require(!Float.isInfinite(value), ID, "media", "finite values", value);
    }
    return series;
  }

  /** What is not known yet is not a number. */
  @Override
  public Series decode(Canvas canvas, NDManager scope) {
    int slots = canvas.layout().slots();
    float[] values = canvas.vectors();
    for (int sample = 0; sample < canvas.samples(); sample++) {
      Scale scale = Scale.from(canvas.sideInformation(sample));
      for (int slot = 0; slot < slots; slot++) {
        int first = (sample * slots + slot) * patch();
        if (!canvas.isSettled(sample, slot) || slot >= canvas.length(sample)) {
          Arrays.fill(values, first, first + patch(), Float.NaN);
          continue;
        }
        for (int i = first; i < first + patch(); i++) {
          values[i] = scale.original(values[i]);
        }
      }
    }
    return new Series(canvas.samples(), slots * patch(), values);
  }
}
