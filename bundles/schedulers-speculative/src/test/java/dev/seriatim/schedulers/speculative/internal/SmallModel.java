package dev.seriatim.schedulers.speculative.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Layout;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.engine.Scope;
import dev.seriatim.api.generation.GenerationRequest;
import dev.seriatim.api.generation.Loop;
import dev.seriatim.api.generation.LoopRun;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.CategoricalDistribution;
import dev.seriatim.api.part.Exposure;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.Guide;
import dev.seriatim.api.part.Head;
import dev.seriatim.api.part.Knobs;
import dev.seriatim.api.part.Lesson;
import dev.seriatim.api.part.Levels;
import dev.seriatim.api.part.Part;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.Scheduler;
import dev.seriatim.api.part.Step;
import dev.seriatim.api.part.Tokenizer;
import dev.seriatim.api.weights.Initializer;
import dev.seriatim.api.weights.Parameter;
import dev.seriatim.api.weights.Weights;
import dev.seriatim.head.categorical.internal.CategoricalHeadFactory;
import dev.seriatim.runtime.internal.config.ConfigBinder;
import dev.seriatim.runtime.internal.generation.GenerationLoop;
import dev.seriatim.tokenizer.ids.internal.IdsFactory;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** A model with random weights, small enough for all that it can say to be counted. */
final class SmallModel {
  /** What a run gave, and how many passes of the model it took. */
  record Result(long[] ids, int passes) {}

  final Frame frame;
  final Engine engine;
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final Tokenizer tokenizer;
  final Backbone backbone;
  final Head head;

  /**
   * @param network makes the backbone's factory and configuration
   * @param spread of the weights: the larger, the more tokens depend on each other
   */
  <C extends Record> SmallModel(
      Engine engine,
      Layout layout,
      int vocabulary,
      PartFactory<Backbone, C> network,
      C size,
      float spread,
      long seed) {
    this.engine = engine;
    TokenSpace.Discrete tokens = new TokenSpace.Discrete(vocabulary, 1);
    Frame given = Frame.of(ConditionSpace.NONE).with(layout, tokens);
    int[] shape = layout.axes() == 2 ? layout.position(layout.slots() - 1) : null;
    IdsFactory.Configuration ids =
        shape == null
            ? new IdsFactory.Configuration(vocabulary, 1, 0, 0, layout.slots())
            : new IdsFactory.Configuration(vocabulary, 1, shape[0] + 1, shape[1] + 1, 0);
    this.tokenizer = build(new IdsFactory(), ids, given, spread, seed);
    Blueprint<Backbone> blueprint = network.blueprint(size, given);
    this.frame = blueprint.frame();
    this.backbone = build(network, size, given, spread, seed);
    CategoricalHeadFactory heads = new CategoricalHeadFactory();
    CategoricalHeadFactory.Configuration softmax =
        new ConfigBinder("head").bind(heads.configuration(), Map.of());
    this.head = build(heads, softmax, frame, spread, seed + 1);
  }

  /** Builds a part that is closed with this model. */
  <P extends Part, C extends Record> P build(
      PartFactory<P, C> factory, C configuration, Frame frame, float spread, long seed) {
    Blueprint<P> blueprint = factory.blueprint(configuration, frame);
    List<Parameter> parameters =
        blueprint.parameters().stream()
            .map(p -> new Parameter(p.name(), p.shape(), initializer(p, spread), p.decay()))
            .toList();
    Weights weights = engine.initialise(parameters, seed);
    P part = blueprint.build(engine, weights);
    open.push(weights);
    open.push(part);
    return part;
  }

  private static Initializer initializer(Parameter parameter, float spread) {
    return parameter.initializer().equals(Initializer.ones())
        ? parameter.initializer()
        : new Initializer.Normal(spread);
  }

  <C extends Record> Scheduler scheduler(PartFactory<Scheduler, C> factory, C configuration) {
    return build(factory, configuration, frame, 0, 0);
  }

  Loop.Parts parts(Scheduler scheduler, List<Guide> guides, SmallModel draft) {
    return new Loop.Parts(
        tokenizer,
        backbone,
        head,
        scheduler,
        guides,
        draft == null ? null : new Loop.Draft(draft.backbone, draft.head));
  }

  /** Runs the loop. */
  Result run(Loop.Parts parts, GenerationRequest request) {
    try (Scope scope = engine.scope("request");
        LoopRun run = new GenerationLoop(engine).open(parts, request, scope)) {
      int passes = 0;
      while (run.step() != null) {
        passes++;
      }
      return new Result(run.canvas().ids(), passes);
    }
  }

  static GenerationRequest request(int samples, long seed) {
    return GenerationRequest.of(Condition.NONE, samples).withSeed(seed);
  }

  /**
   * The probability of every sequence, the first token counting most.
   *
   * @param bend of the logits, for what guides do to each slot alone
   */
  double[] joint(Function<NDArray, NDArray> bend) {
    return joint(null, bend);
  }

  /** The probability of every sequence when its slots are generated in an order. */
  double[] joint(int[] order) {
    return joint(order, logits -> logits);
  }

  private double[] joint(int[] order, Function<NDArray, NDArray> bend) {
    int slots = frame.layout().slots();
    int vocabulary = frame.discrete("test").vocabulary();
    int all = (int) Math.pow(vocabulary, slots);
    long[] ids = new long[all * slots];
    for (int i = 0; i < all; i++) {
      int rest = i;
      for (int slot = slots - 1; slot >= 0; slot--) {
        ids[i * slots + slot] = rest % vocabulary;
        rest /= vocabulary;
      }
    }
    try (Scope scope = engine.scope("joint")) {
      NDArray tokens = scope.manager().create(ids, new Shape(all, slots, 1));
      List<Condition> none = Collections.nCopies(all, Condition.NONE);
      long[] orders = new long[all * slots];
      Arrays.setAll(orders, i -> order == null ? i % slots : order[i % slots]);
      Exposure exposure =
          order == null
              ? Exposure.OWN_ORDER
              : new Exposure(null, scope.manager().create(orders, new Shape(all, slots)));
      Lesson lesson = new Lesson(tokens, exposure, none, tokenizer, scope.manager());
      Step whole = new Step(0, Slots.range(0, slots), Levels.SETTLE, Knobs.NONE);
      CategoricalDistribution distribution =
          (CategoricalDistribution) head.distribution(backbone.teach(lesson), whole);
      CategoricalDistribution bent = distribution.withLogits(bend.apply(distribution.logits()));
      float[] logProb = bent.logProb(tokens).orElseThrow().toFloatArray();
      double[] joint = new double[all];
      for (int i = 0; i < all; i++) {
        double sum = 0;
        for (int slot = 0; slot < slots; slot++) {
          sum += logProb[i * slots + slot];
        }
        joint[i] = Math.exp(sum);
      }
      return joint;
    }
  }

  /** The number of a sequence in {@link #joint}. */
  int number(long[] ids, int sample) {
    int slots = frame.layout().slots();
    int vocabulary = frame.discrete("test").vocabulary();
    int number = 0;
    for (int slot = 0; slot < slots; slot++) {
      number = number * vocabulary + (int) ids[sample * slots + slot];
    }
    return number;
  }

  /** A canvas on which nothing is known. */
  Canvas blank(int samples) {
    return Canvas.blank(frame.layout(), frame.tokens(), samples);
  }

  /** Closes what was built, the latest first. */
  void close() throws Exception {
    while (!open.isEmpty()) {
      open.pop().close();
    }
  }
}
