package dev.seriatim.evaluation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.engine.Scope;
import dev.seriatim.api.engine.StepRandom;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.Exposure;
import dev.seriatim.api.part.Head;
import dev.seriatim.api.part.Lesson;
import dev.seriatim.api.part.Scheduler;
import dev.seriatim.api.part.TextTokenizer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.function.BiConsumer;
import java.util.stream.LongStream;

/**
 * How many bits a model needs for each byte of a text. Every token counts once, the first ones of
 * the text included.
 *
 * <p>A model that predicts in the order of the text is read in windows that slide by half of their
 * size; the number is its cross entropy. Any other is read in windows side by side, and what its
 * scheduler shows it in training is drawn anew several times: the number is an estimate of an upper
 * bound, as masked diffusion has it.
 *
 * @param engine that the parts run on
 * @param tokenizer of the model
 * @param backbone of the model
 * @param head of the model
 * @param scheduler that the model was trained for; null for the backbone's own order
 */
public record TextLikelihood(
    Engine engine, TextTokenizer tokenizer, Backbone backbone, Head head, Scheduler scheduler) {

  /**
   * How to measure.
   *
   * @param window slots that are read at once, what the tokenizer begins with included
   * @param batch windows at a time
   * @param draws of what is shown, where the scheduler draws it
   * @param seed of these draws
   */
  public record Options(int window, int batch, int draws, long seed) {}

  /**
   * What was measured.
   *
   * @param bytes of the text in UTF-8
   * @param tokens of the text
   * @param nats of the text
   * @param bound whether the nats are an upper bound instead of the cross entropy
   */
  public record Result(long bytes, long tokens, double nats, boolean bound) {
    /** Bits per byte. */
    public double bitsPerByte() {
      return nats / (bytes * Math.log(2));
    }

    /** Nats per token. */
    public double natsPerToken() {
      return nats / tokens;
    }
  }

  /**
   * Measures a text. Any thread but the engine's; others may take a turn between two batches.
   *
   * @param text at least one character
   * @param progress told (done, all) windows
   * @throws SeriatimException when the text is empty or the window too small
   * @throws dev.seriatim.api.part.PartException when the tokenizer has no ids for the text, or the
   *     backbone does not take such windows
   */
  public Result measure(String text, Options options, BiConsumer<Integer, Integer> progress) {
    long[] ids = tokenizer.encode(text);
    int room = options.window() - tokenizer.begin().length;
    require(ids.length > 0, "text", "at least one token", "none");
    require(room > 0, "window", "more than " + tokenizer.begin().length, "" + options.window());
    boolean ordered = call(() -> isInOrder(options.window()));
    TextWindows windows =
        ordered ? TextWindows.sliding(ids.length, room) : TextWindows.sideBySide(ids.length, room);
    int draws = ordered ? 1 : options.draws();
    double nats = 0;
    for (int first = 0; first < windows.count(); ) {
      int from = first;
      int to = sameSize(windows, from, options.batch());
      for (int draw = 0; draw < draws; draw++) {
        int now = draw;
        nats += call(() -> nats(ids, windows, from, to, options.seed(), now)) / draws;
      }
      first = to;
      progress.accept(first, windows.count());
    }
    long bytes = text.getBytes(StandardCharsets.UTF_8).length;
    return new Result(bytes, ids.length, nats, !ordered);
  }

  private boolean isInOrder(int window) {
    try (Scope scope = engine.scope("likelihood")) {
      Exposure exposure = exposure(window, 1, 0, 0, 0, scope.manager()).exposure();
      return exposure.levels() == null && exposure.order() == null;
    }
  }

  private static int sameSize(TextWindows windows, int from, int batch) {
    int to = from + 1;
    while (to < windows.count() && to < from + batch && windows.size(to) == windows.size(from)) {
      to++;
    }
    return to;
  }

  private record Shown(Exposure exposure, StepRandom random) {}

  private Shown exposure(
      int slots, int samples, int first, long seed, int draw, NDManager manager) {
    long[] numbers = LongStream.range(first, (long) first + samples).toArray();
    StepRandom random = engine.random(seed, numbers).at(draw, Slots.range(0, slots), manager);
    Exposure exposure =
        scheduler == null
            ? Exposure.OWN_ORDER
            : scheduler.expose(new Sequence(slots), random, manager);
    return new Shown(exposure, random);
  }

  /** Nats of the counted tokens of some windows of one size. Engine thread. */
  private double nats(long[] ids, TextWindows windows, int from, int to, long seed, int draw) {
    long[] begin = tokenizer.begin();
    int samples = to - from;
    int slots = begin.length + windows.size(from);
    long[] tokens = new long[samples * slots];
    float[] counts = new float[tokens.length];
    for (int i = 0; i < samples; i++) {
      int first = windows.first().get(from + i);
      int at = i * slots;
      System.arraycopy(begin, 0, tokens, at, begin.length);
      System.arraycopy(ids, first, tokens, at + begin.length, slots - begin.length);
      int counted = begin.length + windows.counted().get(from + i) - first;
      Arrays.fill(counts, at + counted, at + slots, 1f);
    }
    try (Scope scope = engine.scope("likelihood")) {
      NDManager manager = scope.manager();
      NDArray taught = manager.create(tokens, new Shape(samples, slots, 1));
      Shown shown = exposure(slots, samples, from, seed, draw, manager);
      NDArray weight = manager.create(counts, new Shape(samples, slots));
      if (shown.exposure().weight() != null) {
        weight = weight.mul(shown.exposure().weight());
      }
      Lesson lesson =
          new Lesson(
              taught,
              shown.exposure(),
              Collections.nCopies(samples, Condition.NONE),
              tokenizer,
              manager);
      NDArray mean = head.loss(backbone.teach(lesson), taught, weight, shown.random());
      return (double) mean.getFloat() * weight.sum().getFloat();
    }
  }

  private interface Task<T> {
    T run();
  }

  private <T> T call(Task<T> task) {
    try {
      return engine.call(task::run);
    } catch (RuntimeException e) {
      throw e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SeriatimException("The measurement was interrupted", e);
    } catch (Exception e) {
      throw new SeriatimException("The engine failed: " + e, e);
    }
  }

  private static void require(boolean holds, String key, String expected, String found) {
    if (!holds) {
      throw new SeriatimException(key + ": expected " + expected + ", found " + found);
    }
  }
}
