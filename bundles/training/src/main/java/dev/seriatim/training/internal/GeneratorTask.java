package dev.seriatim.training.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.generation.Loop;
import dev.seriatim.api.media.Media;
import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.Guide;
import dev.seriatim.api.part.Head;
import dev.seriatim.api.part.Part;
import dev.seriatim.api.part.ProvidesPart;
import dev.seriatim.api.part.Scheduler;
import dev.seriatim.api.part.SeriesTokenizer;
import dev.seriatim.api.part.TextTokenizer;
import dev.seriatim.api.part.Tokenizer;
import dev.seriatim.api.training.SeriesDataSet;
import dev.seriatim.api.training.TextDataSet;
import dev.seriatim.api.weights.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Backbone and head, trained together on the tokens of data, with the truth given. */
final class GeneratorTask implements Task {
  private final StageContext context;
  private final Weights tokenizerWeights;
  private final List<Part> open = new ArrayList<>();
  private final Tokenizer tokenizer;
  private final Pupil pupil;
  private final Pupil averaged;
  private final Material material;
  private final Sampler sampler;

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
    boolean built = false;
    try {
      tokenizer = keep(part(ProvidesPart.TOKENIZER, Tokenizer.class, tokenizerWeights));
      Scheduler scheduler = scheduler();
      pupil = pupil(weights.weights(), scheduler, seed);
      averaged = pupil(weights.averages(), scheduler, seed);
      material = material();
      // Series are not generated from nothing: there is nothing to see of them on the way.
      boolean samples = scheduler != null && !(tokenizer instanceof SeriesTokenizer);
      sampler = samples ? sampler(guides, loop, seed) : null;
      built = true;
    } finally {
      if (!built) {
        close();
      }
    }
  }

  private Pupil pupil(Weights weights, Scheduler scheduler, long seed) {
    return new Pupil(
        context.calls().engine(),
        tokenizer,
        keep(context.build(context.spec().backbone(), Backbone.class, weights)),
        keep(context.build(context.spec().head(), Head.class, weights)),
        scheduler,
        seed);
  }

  private Material material() {
    if (context.data() instanceof TextDataSet text) {
      if (tokenizer instanceof TextTokenizer ofTexts) {
        return new TextMaterial(context, ofTexts, text);
      }
      throw notEncoded("a text, " + text.name());
    }
    if (context.data() instanceof SeriesDataSet series) {
      if (tokenizer instanceof SeriesTokenizer ofSeries) {
        return new SeriesMaterial(context, ofSeries, series);
      }
      throw notEncoded("time series, " + series.name());
    }
    return new ImageMaterial(context, tokenizer);
  }

  private SeriatimException notEncoded(String found) {
    return new SeriatimException(
        "stage "
            + context.spec().name()
            + ": data: expected what the tokenizer "
            + context.assembly().part(ProvidesPart.TOKENIZER).id()
            + " encodes, found "
            + found);
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
    Loop.Parts parts =
        new Loop.Parts(
            tokenizer, averaged.backbone(), averaged.head(), averaged.scheduler(), guides);
    return new Sampler(
        context.calls(), loop, parts, context.conditions(), context.spec().length(), seed);
  }

  private <P extends Part> P part(String kind, Class<P> type, Weights weights) {
    return context.assembly().build(kind, type, context.calls().engine(), weights);
  }

  private <P extends Part> P keep(P part) {
    open.add(0, part);
    return part;
  }

  /** Makes the tokens of the data available. Any thread; waits. */
  void encode() {
    material.encode();
  }

  @Override
  public int examples() {
    return material.examples();
  }

  @Override
  public int variants() {
    return material.variants();
  }

  @Override
  public Supplier<NDArray> prepare(long step, BatchOrder.Batch batch, NDManager manager) {
    return pupil.loss(material.batch(batch, manager), step, manager);
  }

  @Override
  public Map<String, Double> measure() {
    return material.measure(averaged);
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
