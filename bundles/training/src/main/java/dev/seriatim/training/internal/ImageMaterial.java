package dev.seriatim.training.internal;

import ai.djl.ndarray.NDManager;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.engine.Scope;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.part.Tokenizer;
import dev.seriatim.api.training.ImageDataSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** The tokens of images, each with its condition. */
final class ImageMaterial implements Material {
  /** Held-out images that are measured at a time. */
  private static final int CHUNK = 128;

  private final StageContext context;
  private final Tokenizer tokenizer;
  private final ImageSource images;
  private TokenSource train;
  private TokenCache test;

  ImageMaterial(StageContext context, Tokenizer tokenizer) {
    this.context = context;
    this.tokenizer = tokenizer;
    images = context.trainImages();
  }

  @Override
  public int examples() {
    return images.split().size();
  }

  @Override
  public int variants() {
    return images.shifts();
  }

  @Override
  public void encode() {
    EngineCalls calls = context.calls();
    long drawn = Math.multiplyExact(context.spec().steps(), (long) context.spec().batch());
    long all = (long) images.shifts() * images.split().size();
    // Whichever encodes fewer images, as long as the tokens of all leave room for all else.
    boolean fits = TokenCache.bytes(tokenizer, all) <= Runtime.getRuntime().maxMemory() / 2;
    train =
        drawn <= all || !fits
            ? new FreshTokens(tokenizer, images)
            : TokenCache.encode(calls, tokenizer, images, Integer.MAX_VALUE);
    int measured = context.spec().measureImages();
    test = TokenCache.encode(calls, tokenizer, context.testImages(), measured);
  }

  @Override
  public Pupil.Batch batch(BatchOrder.Batch chosen, NDManager manager) {
    return new Pupil.Batch(
        train.tokens(chosen.examples(), chosen.variants(), manager),
        null,
        tokenizer.layout(),
        conditions(images.split(), chosen.examples(), i -> chosen.dropped()[i]));
  }

  private List<Condition> conditions(
      ImageDataSet.Split split, int[] indices, IntPredicate dropped) {
    return IntStream.range(0, indices.length)
        .mapToObj(i -> dropped.test(i) ? Condition.NONE : condition(split, indices[i]))
        .toList();
  }

  private Condition condition(ImageDataSet.Split split, int index) {
    if (context.conditions().text()) {
      return new Condition.Text(split.caption(index));
    }
    boolean labelled = !context.conditions().labels().isEmpty() && split.label(index) >= 0;
    return labelled ? new Condition.Label(split.label(index)) : Condition.NONE;
  }

  @Override
  public Map<String, Double> measure(Pupil pupil) {
    if (test.images() == 0) {
      return Map.of();
    }
    double sum = 0;
    for (int first = 0; first < test.images(); first += CHUNK) {
      int[] indices = IntStream.range(first, Math.min(first + CHUNK, test.images())).toArray();
      sum += context.calls().call(() -> heldOutLoss(pupil, indices)) * indices.length;
    }
    double loss = sum / test.images();
    Map<String, Double> measures = new LinkedHashMap<>();
    measures.put("loss", loss);
    if (tokenizer.tokens() instanceof TokenSpace.Discrete discrete) {
      // The loss is nats per id: what an image costs, spread over its pixels.
      ImageDataSet data = context.images();
      double numbers = (double) data.channels() * data.height() * data.width();
      double ids = (double) test.slots() * discrete.codebooks();
      measures.put("bits-per-pixel", loss * ids / (numbers * Math.log(2)));
    }
    return measures;
  }

  private double heldOutLoss(Pupil pupil, int[] indices) {
    try (Scope scope = context.calls().engine().scope("measure")) {
      NDManager manager = scope.manager();
      Pupil.Batch batch =
          new Pupil.Batch(
              test.tokens(indices, new int[indices.length], manager),
              null,
              tokenizer.layout(),
              conditions(context.images().test(), indices, i -> false));
      // The same numbers each time, so that the measures of a run can be compared.
      return pupil.loss(batch, indices[0], manager).get().getFloat();
    }
  }
}
