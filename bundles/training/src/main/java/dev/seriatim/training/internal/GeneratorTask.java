package dev.seriatim.training.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.engine.Scope;
import dev.seriatim.api.engine.StepRandom;
import dev.seriatim.api.generation.Loop;
import dev.seriatim.api.media.Media;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.Exposure;
import dev.seriatim.api.part.Guide;
import dev.seriatim.api.part.Head;
import dev.seriatim.api.part.Lesson;
import dev.seriatim.api.part.Part;
import dev.seriatim.api.part.ProvidesPart;
import dev.seriatim.api.part.Scheduler;
import dev.seriatim.api.part.Tokenizer;
import dev.seriatim.api.training.DataSet;
import dev.seriatim.api.weights.Weights;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Backbone and head, trained together on the tokens of images, with the truth given. */
final class GeneratorTask implements Task {
  /** Held-out images that are measured at a time. */
  private static final int CHUNK = 128;

  private final StageContext context;
  private final Weights tokenizerWeights;
  private final List<Part> open = new ArrayList<>();
  private final Tokenizer tokenizer;
  private final Backbone backbone;
  private final Head head;
  private final Backbone averagedBackbone;
  private final Head averagedHead;
  private final Scheduler scheduler;
  private final Sampler sampler;
  private final long seed;
  private TokenSource train;
  private TokenCache test;

  /**
   * Builds the parts. Engine thread.
   *
   * @param tokenizerWeights of the finished tokenizer; closed with this task
   * @param guides names of the guides in the assembly
   * @param seed of samples
   */
  GeneratorTask(
      StageContext context,
      TrainedWeights weights,
      Weights tokenizerWeights,
      List<String> guides,
      Loop loop,
      long seed) {
    this.context = context;
    this.tokenizerWeights = tokenizerWeights;
    this.seed = seed;
    boolean built = false;
    try {
      tokenizer = keep(part(ProvidesPart.TOKENIZER, Tokenizer.class, tokenizerWeights));
      backbone = keep(context.build(ProvidesPart.BACKBONE, Backbone.class, weights.weights()));
      head = keep(context.build(ProvidesPart.HEAD, Head.class, weights.weights()));
      averagedBackbone =
          keep(context.build(ProvidesPart.BACKBONE, Backbone.class, weights.averages()));
      averagedHead = keep(context.build(ProvidesPart.HEAD, Head.class, weights.averages()));
      scheduler = scheduler();
      sampler = scheduler == null ? null : sampler(guides, loop, seed);
      built = true;
    } finally {
      if (!built) {
        close();
      }
    }
  }

  private Scheduler scheduler() {
    return context.assembly().kinds().contains(ProvidesPart.SCHEDULER)
        ? keep(part(ProvidesPart.SCHEDULER, Scheduler.class, WeightsView.NONE))
        : null;
  }

  private Sampler sampler(List<String> guideKinds, Loop loop, long seed) {
    List<Guide> guides = new ArrayList<>();
    for (String kind : guideKinds) {
      guides.add(keep(part(kind, Guide.class, WeightsView.NONE)));
    }
    Loop.Parts parts = new Loop.Parts(tokenizer, averagedBackbone, averagedHead, scheduler, guides);
    return new Sampler(context.calls(), loop, parts, context.conditions(), seed);
  }

  private <P extends Part> P part(String kind, Class<P> type, Weights weights) {
    return context.assembly().build(kind, type, context.calls().engine(), weights);
  }

  private <P extends Part> P keep(P part) {
    open.add(0, part);
    return part;
  }

  /** Makes the tokens of the images available. Any thread; waits. */
  void encode() {
    EngineCalls calls = context.calls();
    ImageSource images = context.trainImages();
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
  public Supplier<NDArray> prepare(long step, BatchOrder.Batch batch, NDManager manager) {
    NDArray tokens = train.tokens(batch.images(), batch.shifts(), manager);
    List<Condition> conditions =
        conditions(context.data().train(), batch.images(), i -> batch.dropped()[i]);
    StepRandom random = random(step, batch.images().length, manager);
    Exposure exposure = exposure(random, manager);
    Lesson lesson = new Lesson(tokens, exposure, conditions, tokenizer, manager);
    return () ->
        exposure.loss(head.loss(backbone.teach(lesson), tokens, exposure.weight(), random));
  }

  /** The numbers of a training step: a sample is numbered by its place in the batch. */
  private StepRandom random(long step, int samples, NDManager manager) {
    long[] numbers = LongStream.range(0, samples).toArray();
    Slots all = Slots.range(0, tokenizer.layout().slots());
    return context.calls().engine().random(seed, numbers).at((int) step, all, manager);
  }

  private Exposure exposure(StepRandom random, NDManager manager) {
    return scheduler == null
        ? Exposure.OWN_ORDER
        : scheduler.expose(tokenizer.layout(), random, manager);
  }

  private List<Condition> conditions(DataSet.Split split, int[] indices, IntPredicate dropped) {
    return IntStream.range(0, indices.length)
        .mapToObj(i -> dropped.test(i) ? Condition.NONE : condition(split, indices[i]))
        .toList();
  }

  private Condition condition(DataSet.Split split, int index) {
    if (context.conditions().text()) {
      return new Condition.Text(split.caption(index));
    }
    boolean labelled = !context.conditions().labels().isEmpty() && split.label(index) >= 0;
    return labelled ? new Condition.Label(split.label(index)) : Condition.NONE;
  }

  @Override
  public Map<String, Double> measure() {
    if (test.images() == 0) {
      return Map.of();
    }
    double sum = 0;
    for (int first = 0; first < test.images(); first += CHUNK) {
      int[] indices = IntStream.range(first, Math.min(first + CHUNK, test.images())).toArray();
      sum += context.calls().call(() -> heldOutLoss(indices)) * indices.length;
    }
    double loss = sum / test.images();
    Map<String, Double> measures = new LinkedHashMap<>();
    measures.put("loss", loss);
    if (tokenizer.tokens() instanceof TokenSpace.Discrete discrete) {
      // The loss is nats per id: what an image costs, spread over its pixels.
      DataSet data = context.data();
      double numbers = (double) data.channels() * data.height() * data.width();
      double ids = (double) test.slots() * discrete.codebooks();
      measures.put("bits-per-pixel", loss * ids / (numbers * Math.log(2)));
    }
    return measures;
  }

  private double heldOutLoss(int[] indices) {
    try (Scope scope = context.calls().engine().scope("measure")) {
      NDManager manager = scope.manager();
      NDArray tokens = test.tokens(indices, new int[indices.length], manager);
      List<Condition> conditions = conditions(context.data().test(), indices, i -> false);
      // The same numbers each time, so that the measures of a run can be compared.
      StepRandom random = random(indices[0], indices.length, manager);
      Exposure exposure = exposure(random, manager);
      NDArray hidden =
          averagedBackbone.teach(new Lesson(tokens, exposure, conditions, tokenizer, manager));
      NDArray loss = averagedHead.loss(hidden, tokens, exposure.weight(), random);
      return exposure.loss(loss).getFloat();
    }
  }

  @Override
  public Media samples() {
    return sampler == null ? null : sampler.draw();
  }

  @Override
  public void close() {
    open.forEach(Part::close);
    open.clear();
    tokenizerWeights.close();
  }
}
