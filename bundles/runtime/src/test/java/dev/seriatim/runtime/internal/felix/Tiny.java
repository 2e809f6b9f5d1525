package dev.seriatim.runtime.internal.felix;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.engine.StepRandom;
import dev.seriatim.api.media.Images;
import dev.seriatim.api.media.Media;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.BackboneContext;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.Classifier;
import dev.seriatim.api.part.ConfigKey;
import dev.seriatim.api.part.ContextRequest;
import dev.seriatim.api.part.Distribution;
import dev.seriatim.api.part.Draw;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.Guide;
import dev.seriatim.api.part.Head;
import dev.seriatim.api.part.Hidden;
import dev.seriatim.api.part.Lesson;
import dev.seriatim.api.part.Part;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.Plan;
import dev.seriatim.api.part.PlanRequest;
import dev.seriatim.api.part.Scheduler;
import dev.seriatim.api.part.Step;
import dev.seriatim.api.part.Stream;
import dev.seriatim.api.part.Tokenizer;
import dev.seriatim.api.weights.Initializer;
import dev.seriatim.api.weights.Parameter;
import dev.seriatim.api.weights.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A small generator of its own: a bigram model of grey pixels. Every number is computed; the parts
 * only count besides how often they are made and closed, and write down in which order things
 * happen to them.
 */
final class Tiny {
  static final int LABELS = 3;

  private Tiny() {}

  /** Factories of one set of parts, with their counts. */
  static final class Parts {
    final AtomicInteger built = new AtomicInteger();
    final AtomicInteger closed = new AtomicInteger();
    final List<String> log = new CopyOnWriteArrayList<>();

    final PartFactory<Tokenizer, Grey.Config> tokenizer =
        factory(Grey.Config.class, (config, frame) -> blueprint(new Grey(this, config), frame));
    final PartFactory<Backbone, Bigram.Config> backbone =
        factory(Bigram.Config.class, (config, frame) -> Bigram.blueprint(this, config, frame));
    final PartFactory<Head, NoConfig> head =
        factory(NoConfig.class, (config, frame) -> Linear.blueprint(this, frame));
    final PartFactory<Scheduler, OneByOne.Config> scheduler =
        factory(
            OneByOne.Config.class,
            (config, frame) -> weightless(new OneByOne(this, config.withdraw()), frame));
    final PartFactory<Guide, Away.Config> away =
        factory(
            Away.Config.class,
            (config, frame) -> weightless(new Away(this, config.scale()), frame));
    final PartFactory<Guide, Warm.Config> warm =
        factory(
            Warm.Config.class,
            (config, frame) -> weightless(new Warm(this, config.temperature()), frame));
    final PartFactory<Classifier, NoConfig> classifier =
        factory(NoConfig.class, (config, frame) -> weightless(new Brightness(this), frame));

    private <P extends Part> Blueprint<P> weightless(P part, Frame frame) {
      return Blueprint.weightless(
          frame,
          () -> {
            built.incrementAndGet();
            return part;
          });
    }

    private Blueprint<Tokenizer> blueprint(Grey part, Frame frame) {
      return this.<Tokenizer>weightless(part, frame.with(part.layout(), part.tokens()));
    }
  }

  record NoConfig() {}

  private interface LayOut<P extends Part, C> {
    Blueprint<P> with(C config, Frame frame);
  }

  private static <P extends Part, C extends Record> PartFactory<P, C> factory(
      Class<C> type, LayOut<P, C> layOut) {
    return new PartFactory<>() {
      @Override
      public Class<C> configuration() {
        return type;
      }

      @Override
      public Blueprint<P> blueprint(C config, Frame frame) {
        return layOut.with(config, frame);
      }
    };
  }

  /** Ids are grey values. */
  record Grey(Parts parts, Config config) implements Tokenizer {
    record Config(
        @ConfigKey("rows") int rows,
        @ConfigKey("columns") int columns,
        @ConfigKey(value = "grey values", defaultValue = "4") int vocabulary) {}

    @Override
    public Grid layout() {
      return new Grid(config.rows, config.columns);
    }

    @Override
    public TokenSpace.Discrete tokens() {
      return new TokenSpace.Discrete(config.vocabulary, 1);
    }

    @Override
    public Canvas encode(Media media, NDManager scope) {
      NDArray pixels = scope.create(((Images) media).pixels());
      long[] ids =
          pixels.mul(config.vocabulary - 1).round().toType(DataType.INT64, true).toLongArray();
      return Canvas.ofIds(layout(), tokens(), media.samples(), ids);
    }

    @Override
    public Images decode(Canvas canvas, NDManager scope) {
      NDArray ids = scope.create(canvas.ids()).toType(DataType.FLOAT32, true);
      return new Images(
          canvas.samples(),
          1,
          config.rows,
          config.columns,
          ids.div(config.vocabulary - 1).toFloatArray());
    }

    @Override
    public void close() {
      parts.closed.incrementAndGet();
    }
  }

  /** The state of a slot is the embedding of the token before it, or of the condition. */
  record Bigram(Parts parts, Frame frame, NDArray table) implements Backbone {
    record Config(@ConfigKey("width") int width) {
      Config {
        if (width < 1) {
          throw new IllegalArgumentException("width: expected at least 1, found " + width);
        }
      }
    }

    static Blueprint<Backbone> blueprint(Parts parts, Config config, Frame frame) {
      int rows = frame.discrete("backbone bigram").vocabulary() + LABELS + 1;
      return new Blueprint<>() {
        @Override
        public Frame frame() {
          return frame.with(config.width());
        }

        @Override
        public List<Parameter> parameters() {
          return List.of(
              Parameter.decayed("table", new Initializer.Normal(1), rows, config.width()));
        }

        @Override
        public Backbone build(Engine engine, Weights weights) {
          parts.built.incrementAndGet();
          return new Bigram(parts, frame(), weights.get("table"));
        }
      };
    }

    @Override
    public int width() {
      return frame.width();
    }

    @Override
    public BackboneContext open(ContextRequest request) {
      parts.log.add("open " + request.streams());
      // Kept until the request ends, so that what is not freed shows.
      request.scope().zeros(new Shape(16));
      return new Context(this, request);
    }

    @Override
    public NDArray teach(Lesson lesson) {
      throw PartException.of("backbone bigram", "teach", "generation", "training");
    }

    private int vocabulary() {
      return ((TokenSpace.Discrete) frame.tokens()).vocabulary();
    }

    NDArray embed(int[] rows, NDManager scope) {
      return scope.create(rows).oneHot((int) table.getShape().get(0)).matMul(table);
    }

    int rowOf(Condition condition) {
      return vocabulary() + (condition instanceof Condition.Label label ? label.index() : LABELS);
    }

    @Override
    public void close() {
      parts.closed.incrementAndGet();
    }
  }

  private record Context(Bigram bigram, ContextRequest request) implements BackboneContext {
    @Override
    public Hidden forward(Step step, Canvas canvas, NDManager scope) {
      Slots slots = step.slots();
      List<Condition> rows = request.rows();
      int[] inputs = new int[rows.size() * slots.count()];
      for (int row = 0; row < rows.size(); row++) {
        int sample = row % canvas.samples();
        for (int i = 0; i < slots.count(); i++) {
          int slot = slots.slot(sample, i);
          inputs[row * slots.count() + i] =
              slot == 0 ? bigram.rowOf(rows.get(row)) : (int) canvas.id(sample, slot - 1, 0);
        }
      }
      NDArray states = bigram.embed(inputs, scope);
      return new Hidden(
          request.streams(), states.reshape(rows.size(), slots.count(), bigram.width()));
    }

    @Override
    public void advance(Step step, Draw draw, Canvas canvas) {
      bigram.parts.log.add("advance " + step.index());
    }

    @Override
    public void rollback(List<int[]> withdrawn) {
      bigram.parts.log.add("rollback " + withdrawn.get(0)[1]);
    }

    @Override
    public BackboneContext fork(NDManager scope) {
      return this;
    }

    @Override
    public void close() {
      bigram.parts.log.add("close");
    }
  }

  /** One matrix, then a softmax. */
  record Linear(Parts parts, NDArray output) implements Head {
    static Blueprint<Head> blueprint(Parts parts, Frame frame) {
      long vocabulary = frame.discrete("head linear").vocabulary();
      return new Blueprint<>() {
        @Override
        public Frame frame() {
          return frame;
        }

        @Override
        public List<Parameter> parameters() {
          return List.of(
              Parameter.decayed("output", new Initializer.Normal(1), frame.width(), vocabulary));
        }

        @Override
        public Head build(Engine engine, Weights weights) {
          parts.built.incrementAndGet();
          return new Linear(parts, weights.get("output"));
        }
      };
    }

    @Override
    public Distribution distribution(NDArray hidden, Step step) {
      return new Softmax(hidden.matMul(output));
    }

    @Override
    public NDArray loss(NDArray hidden, NDArray tokens, NDArray weight, StepRandom random) {
      throw PartException.of("head linear", "loss", "generation", "training");
    }

    @Override
    public void close() {
      parts.closed.incrementAndGet();
    }
  }

  private record Softmax(NDArray logits) implements Distribution {
    @Override
    public Draw draw(StepRandom random) {
      NDArray below = logits.softmax(-1).cumSum(-1).lt(random.uniform(0, 1));
      NDArray ids = below.toType(DataType.INT64, true).sum(new int[] {-1}, true);
      long last = logits.getShape().get(2) - 1;
      return Draw.of(ids.minimum(last), null); // the sum of all may round to less than 1
    }

    @Override
    public Draw mode() {
      return Draw.of(logits.argMax(-1).expandDims(-1), null);
    }

    @Override
    public Optional<NDArray> logProb(NDArray tokens) {
      return Optional.empty();
    }

    @Override
    public Distribution guided(Distribution other, double scale) {
      NDArray from = ((Softmax) other).logits;
      return new Softmax(from.add(logits.sub(from).mul(scale)));
    }

    @Override
    public Distribution tempered(double temperature) {
      return new Softmax(logits.div(temperature));
    }
  }

  /** Slot after slot; one of them may be withdrawn once, after the last. */
  record OneByOne(Parts parts, int withdraw) implements Scheduler {
    record Config(
        @ConfigKey(value = "slot to draw twice; -1 for none", defaultValue = "-1") int withdraw) {}

    @Override
    public Plan plan(PlanRequest request) {
      return new Plan() {
        private int steps;
        private boolean withdrawn = withdraw < 0;

        @Override
        public Step next(Canvas now) {
          for (int slot = 0; slot < now.layout().slots(); slot++) {
            if (!now.isSettled(0, slot)) {
              return Step.settle(steps++, Slots.shared(slot));
            }
          }
          return null;
        }

        @Override
        public void observe(Step step, Draw draw, Canvas now) {
          Plan.super.observe(step, draw, now);
          parts.log.add("observe " + step.index());
          if (!withdrawn && now.settled(0) == now.layout().slots()) {
            withdrawn = true;
            now.withdraw(0, withdraw);
          }
        }

        @Override
        public int expectedSteps() {
          return request.canvas().layout().slots() + (withdraw < 0 ? 0 : 1);
        }
      };
    }

    @Override
    public void close() {
      parts.closed.incrementAndGet();
    }
  }

  /** Guides away from the unconditional distribution. */
  record Away(Parts parts, double scale) implements Guide {
    record Config(@ConfigKey(value = "scale", defaultValue = "1") double scale) {}

    @Override
    public Stage stage() {
      return Stage.COMBINE;
    }

    @Override
    public List<Stream> streams() {
      return scale == 1 ? List.of() : List.of(Stream.UNCONDITIONAL);
    }

    @Override
    public Distribution apply(
        Distribution distribution, Map<Stream, Distribution> others, Step step, Canvas canvas) {
      parts.log.add("away " + new ArrayList<>(others.keySet()));
      return scale == 1
          ? distribution
          : distribution.guided(others.get(Stream.UNCONDITIONAL), scale);
    }

    @Override
    public void close() {
      parts.closed.incrementAndGet();
    }
  }

  /** Flattens or sharpens. */
  record Warm(Parts parts, double temperature) implements Guide {
    record Config(@ConfigKey("temperature, above 0") double temperature) {
      Config {
        if (!(temperature > 0)) {
          throw new IllegalArgumentException("temperature: expected above 0, found " + temperature);
        }
      }
    }

    @Override
    public Stage stage() {
      return Stage.TEMPER;
    }

    @Override
    public Distribution apply(
        Distribution distribution, Map<Stream, Distribution> others, Step step, Canvas canvas) {
      parts.log.add("warm");
      return distribution.tempered(temperature);
    }

    @Override
    public void close() {
      parts.closed.incrementAndGet();
    }
  }

  /** Two classes: dark and bright. */
  record Brightness(Parts parts) implements Classifier {
    @Override
    public Shape imageShape() {
      return new Shape(1, 2, 3);
    }

    @Override
    public Judgement judge(NDArray images, NDManager scope) {
      NDArray mean = images.mean(new int[] {1, 2, 3}).reshape(-1, 1);
      return new Judgement(mean, mean.mul(-1).add(1).concat(mean, 1));
    }

    @Override
    public void close() {
      parts.closed.incrementAndGet();
    }
  }
}
