package dev.seriatim.training.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.part.TextTokenizer;
import dev.seriatim.api.training.TextDataSet;
import dev.seriatim.evaluation.TextLikelihood;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Windows of a text, each after what the tokenizer begins with. An epoch goes through the text
 * window by window in random order, each moved by a random number of tokens.
 */
final class TextMaterial implements Material {
  /** Windows of held-out text that are measured at a time. */
  private static final int CHUNK = 16;

  private final StageContext context;
  private final TextTokenizer tokenizer;
  private final TextDataSet data;
  private final long[] begin;

  /** Slots of a window, the beginning included. */
  private final int slots;

  private final long[] text;

  /**
   * Encodes the text.
   *
   * @throws SeriatimException when it is shorter than a window
   */
  TextMaterial(StageContext context, TextTokenizer tokenizer, TextDataSet data) {
    this.context = context;
    this.tokenizer = tokenizer;
    this.data = data;
    begin = tokenizer.begin();
    int longest = tokenizer.layout().slots();
    slots = context.spec().length() == 0 ? longest : context.spec().length();
    require("length", begin.length + 1 + " to " + longest, slots, begin.length, longest);
    text = tokenizer.encode(data.train());
    require("data", "at least " + room() + " tokens", text.length, room() - 1, Integer.MAX_VALUE);
  }

  private void require(String key, String expected, int found, int below, int most) {
    if (found <= below || found > most) {
      throw new SeriatimException(
          "stage "
              + context.spec().name()
              + ": "
              + key
              + ": expected "
              + expected
              + ", found "
              + found);
    }
  }

  /** Tokens of text in a window. */
  private int room() {
    return slots - begin.length;
  }

  /** Places where a window can begin. */
  private int places() {
    return text.length - room() + 1;
  }

  @Override
  public int examples() {
    return Math.max(1, places() / room());
  }

  @Override
  public int variants() {
    return Math.min(places(), room());
  }

  @Override
  public void encode() {
    // The text was encoded when it came.
  }

  @Override
  public Pupil.Batch batch(BatchOrder.Batch chosen, NDManager manager) {
    int samples = chosen.examples().length;
    long[] tokens = new long[samples * slots];
    for (int i = 0; i < samples; i++) {
      int first = chosen.examples()[i] * room() + chosen.variants()[i];
      System.arraycopy(begin, 0, tokens, i * slots, begin.length);
      System.arraycopy(text, first, tokens, i * slots + begin.length, room());
    }
    return new Pupil.Batch(
        Uploads.of(tokens, manager, samples, slots, 1),
        weight(samples, manager),
        new Sequence(slots),
        Collections.nCopies(samples, Condition.NONE));
  }

  /** What begins a text is always there, and not predicted. */
  private NDArray weight(int samples, NDManager manager) {
    if (begin.length == 0) {
      return null;
    }
    float[] weight = new float[samples * slots];
    Arrays.fill(weight, 1f);
    for (int i = 0; i < samples; i++) {
      Arrays.fill(weight, i * slots, i * slots + begin.length, 0f);
    }
    return Uploads.of(weight, manager, samples, slots);
  }

  @Override
  public Map<String, Double> measure(Pupil pupil) {
    if (data.heldOut().isEmpty()) {
      return Map.of();
    }
    // The same numbers each time, so that the measures of a run can be compared.
    TextLikelihood.Options options = new TextLikelihood.Options(slots, CHUNK, 1, pupil.seed());
    TextLikelihood.Result result =
        new TextLikelihood(
                pupil.engine(), tokenizer, pupil.backbone(), pupil.head(), pupil.scheduler())
            .measure(data.heldOut(), options, (done, all) -> {});
    Map<String, Double> measures = new LinkedHashMap<>();
    measures.put("loss", result.natsPerToken());
    measures.put("bits-per-byte", result.bitsPerByte());
    return measures;
  }
}
