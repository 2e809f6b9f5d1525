package dev.seriatim.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.engine.MemoryUse;
import dev.seriatim.api.engine.Scope;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.BackboneContext;
import dev.seriatim.api.part.ContextRequest;
import dev.seriatim.api.part.Draw;
import dev.seriatim.api.part.Exposure;
import dev.seriatim.api.part.Lesson;
import dev.seriatim.api.part.Step;
import dev.seriatim.api.part.Stream;
import dev.seriatim.api.part.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/**
 * What every backbone keeps.
 *
 * @param <C> its configuration
 */
public abstract class BackboneContract<C extends Record> extends PartContract<Backbone, C> {
  private static final int SAMPLES = 3;
  private static final List<Stream> STREAMS = List.of(Stream.CONDITIONAL, Stream.UNCONDITIONAL);

  /** How far cached and uncached states may differ, of the largest. */
  protected double tolerance() {
    return 1e-5;
  }

  /**
   * The order in which slots are settled in these tests, several ways for the same slots: each part
   * is one step, of slots that the three samples share or of slots of their own. The default
   * settles runs of random length from slot 0 on.
   */
  protected List<Slots> path(Random random) {
    List<Slots> path = new ArrayList<>();
    int slot = 0;
    while (slot < slots()) {
      int end = Math.min(slots(), slot + 1 + random.nextInt(maximumRun()));
      path.add(Slots.range(slot, end));
      slot = end;
    }
    return path;
  }

  /**
   * The order in which teaching shows the slots, of all of a path: that of the parts for backbones
   * that take any order; null, the default, for those that have their own.
   */
  protected int[] order(List<Slots> path) {
    return null;
  }

  /** The tokenizer of the model, for backbones that are fed its features; null for others. */
  protected Tokenizer tokenizer() {
    return null;
  }

  /** The longest run of slots that one step predicts from settled slots alone; 1 when causal. */
  protected int maximumRun() {
    return 1;
  }

  private int slots() {
    return frame().layout().slots();
  }

  /** What a sample is asked to be. The default is one label after the other, or none. */
  protected Condition condition(int sample) {
    int labels = frame().conditions().labels().size();
    return labels == 0 ? Condition.NONE : new Condition.Label(sample % labels);
  }

  private List<Condition> conditions() {
    return IntStream.range(0, SAMPLES).mapToObj(this::condition).toList();
  }

  /** A fully settled canvas of random tokens. */
  private Canvas truth(Random random) {
    int size = SAMPLES * slots() * frame().tokens().numbersPerSlot();
    if (frame().tokens() instanceof TokenSpace.Discrete discrete) {
      long[] ids = random.longs(size, 0, discrete.vocabulary()).toArray();
      return Canvas.ofIds(frame().layout(), discrete, SAMPLES, ids);
    }
    float[] vectors = new float[size];
    for (int i = 0; i < size; i++) {
      vectors[i] = (float) random.nextGaussian();
    }
    return Canvas.ofVectors(
        frame().layout(), (TokenSpace.Continuous) frame().tokens(), SAMPLES, vectors);
  }

  private NDArray tokens(Canvas canvas) {
    Shape shape = new Shape(canvas.samples(), slots(), frame().tokens().numbersPerSlot());
    return canvas.tokenSpace() instanceof TokenSpace.Discrete
        ? scope().manager().create(canvas.ids(), shape)
        : scope().manager().create(canvas.vectors(), shape);
  }

  private void copy(Canvas from, Canvas to, Slots slots) {
    if (from.tokenSpace() instanceof TokenSpace.Discrete discrete) {
      long[] ids = new long[to.samples() * slots.count() * discrete.codebooks()];
      int next = 0;
      for (int sample = 0; sample < to.samples(); sample++) {
        for (int i = 0; i < slots.count(); i++) {
          for (int codebook = 0; codebook < discrete.codebooks(); codebook++) {
            ids[next++] = from.id(sample, slots.slot(sample, i), codebook);
          }
        }
      }
      to.write(slots, 1f, ids);
    } else {
      int width = from.tokenSpace().numbersPerSlot();
      float[] vectors = new float[to.samples() * slots.count() * width];
      for (int sample = 0; sample < to.samples(); sample++) {
        for (int i = 0; i < slots.count(); i++) {
          System.arraycopy(
              from.vector(sample, slots.slot(sample, i)),
              0,
              vectors,
              (sample * slots.count() + i) * width,
              width);
        }
      }
      to.write(slots, 1f, vectors);
    }
  }

  private static void withdraw(Canvas canvas, Slots slots) {
    for (int sample = 0; sample < canvas.samples(); sample++) {
      for (int slot : slots.of(sample)) {
        canvas.withdraw(sample, slot);
      }
    }
  }

  private BackboneContext open(Canvas canvas, List<Condition> conditions, Scope scope) {
    return part()
        .open(new ContextRequest(canvas, STREAMS, conditions, tokenizer(), scope.manager()));
  }

  /** Uncached states of a step's slots given what is settled, stream-major. */
  private NDArray uncached(Canvas truth, Canvas canvas, List<Slots> path, Slots slots) {
    float[] levels = new float[SAMPLES * slots()];
    for (int i = 0; i < levels.length; i++) {
      levels[i] = canvas.level(i / slots(), i % slots());
    }
    NDArray seen = scope().manager().create(levels, new Shape(SAMPLES, slots()));
    Exposure exposure = new Exposure(seen, order(path) == null ? null : order(order(path)));
    NDList streams = new NDList();
    for (Stream stream : STREAMS) {
      List<Condition> bent = conditions().stream().map(stream::bend).toList();
      NDArray all =
          part().teach(new Lesson(tokens(truth), exposure, bent, tokenizer(), scope().manager()));
      for (int sample = 0; sample < SAMPLES; sample++) {
        NDList picked = new NDList();
        for (int slot : slots.of(sample)) {
          picked.add(all.get("{}:{}, {}:{}", sample, sample + 1, slot, slot + 1));
        }
        streams.add(NDArrays.concat(picked, 1));
      }
    }
    return NDArrays.concat(streams, 0);
  }

  /** The same order for every sample, int64 [sample, slot]. */
  private NDArray order(int[] slots) {
    long[] repeated = new long[SAMPLES * slots.length];
    Arrays.setAll(repeated, i -> slots[i % slots.length]);
    return scope().manager().create(repeated, new Shape(SAMPLES, slots.length));
  }

  private NDArray forward(BackboneContext context, int index, Slots slots, Canvas canvas) {
    return context.forward(Step.settle(index, slots), canvas, scope().manager()).states();
  }

  private void settle(
      BackboneContext context, int index, Slots slots, Canvas truth, Canvas canvas) {
    copy(truth, canvas, slots);
    context.advance(Step.settle(index, slots), Draw.of(tokens(canvas), null), canvas);
  }

  @RepeatedTest(5)
  @DisplayName("3 Cache-exact: cached and uncached forward agree on every step of a random path")
  void cacheExact(RepetitionInfo repetition) throws Exception {
    Random random = new Random(repetition.getCurrentRepetition());
    onEngine(
        () -> {
          Canvas truth = truth(random);
          Canvas canvas = Canvas.blank(frame().layout(), frame().tokens(), SAMPLES);
          try (BackboneContext context = open(canvas, conditions(), scope())) {
            int index = 0;
            List<Slots> path = path(random);
            for (Slots slots : path) {
              NDArray cached = forward(context, index, slots, canvas);
              Comparison.same(cached, uncached(truth, canvas, path, slots), tolerance());
              settle(context, index++, slots, truth, canvas);
            }
          }
        });
  }

  @RepeatedTest(5)
  @DisplayName("3 Cache-exact: rollback, then other tokens, gives what a fresh context gives")
  void rollbackThenReplay(RepetitionInfo repetition) throws Exception {
    Random random = new Random(repetition.getCurrentRepetition());
    onEngine(
        () -> {
          Canvas wrong = truth(random);
          Canvas truth = truth(random);
          Canvas canvas = Canvas.blank(frame().layout(), frame().tokens(), SAMPLES);
          List<Slots> path = path(random);
          int kept = random.nextInt(path.size());
          try (BackboneContext context = open(canvas, conditions(), scope())) {
            for (int i = 0; i < path.size(); i++) {
              forward(context, i, path.get(i), canvas);
              settle(context, i, path.get(i), i < kept ? truth : wrong, canvas);
            }
            for (int i = kept; i < path.size(); i++) {
              withdraw(canvas, path.get(i));
            }
            context.rollback(canvas.drainWithdrawn());
            for (int i = kept; i < path.size(); i++) {
              NDArray cached = forward(context, i, path.get(i), canvas);
              Comparison.same(cached, uncached(truth, canvas, path, path.get(i)), tolerance());
              settle(context, i, path.get(i), truth, canvas);
            }
          }
        });
  }

  @RepeatedTest(3)
  @DisplayName("3 Cache-exact: a fork goes its own way, and so does the context it came from")
  void forkIsIndependent(RepetitionInfo repetition) throws Exception {
    Random random = new Random(repetition.getCurrentRepetition());
    onEngine(
        () -> {
          Canvas truth = truth(random);
          Canvas other = truth(random);
          Canvas canvas = Canvas.blank(frame().layout(), frame().tokens(), SAMPLES);
          List<Slots> path = path(random);
          int at = random.nextInt(path.size());
          try (BackboneContext context = open(canvas, conditions(), scope())) {
            for (int i = 0; i < at; i++) {
              forward(context, i, path.get(i), canvas);
              settle(context, i, path.get(i), truth, canvas);
            }
            Canvas forked = canvas.copy();
            // What comes after the fork differs, what came before it does not.
            for (int i = 0; i < at; i++) {
              withdraw(other, path.get(i));
              copy(truth, other, path.get(i));
            }
            try (BackboneContext fork = context.fork(scope().manager())) {
              for (int i = at; i < path.size(); i++) {
                Comparison.same(
                    forward(fork, i, path.get(i), forked),
                    uncached(other, forked, path, path.get(i)),
                    tolerance());
                settle(fork, i, path.get(i), other, forked);
                Comparison.same(
                    forward(context, i, path.get(i), canvas),
                    uncached(truth, canvas, path, path.get(i)),
                    tolerance());
                settle(context, i, path.get(i), truth, canvas);
              }
            }
          }
        });
  }

  @Test
  @DisplayName("1 Deterministic: the same request gives the same states")
  void deterministic() throws Exception {
    onEngine(
        () -> {
          float[][] runs = new float[2][];
          for (int run = 0; run < 2; run++) {
            Canvas truth = truth(new Random(1));
            Canvas canvas = Canvas.blank(frame().layout(), frame().tokens(), SAMPLES);
            try (BackboneContext context = open(canvas, conditions(), scope())) {
              int index = 0;
              for (Slots slots : path(new Random(2))) {
                runs[run] = forward(context, index, slots, canvas).toFloatArray();
                settle(context, index++, slots, truth, canvas);
              }
            }
          }
          assertThat(runs[0]).isEqualTo(runs[1]);
        });
  }

  @Test
  @DisplayName("2 Batch-invariant: a sample's states are what they are alone")
  void batchInvariant() throws Exception {
    onEngine(
        () -> {
          Canvas truth = truth(new Random(3));
          Canvas canvas = Canvas.blank(frame().layout(), frame().tokens(), SAMPLES);
          List<Slots> path = path(new Random(4));
          List<NDArray> batch = new ArrayList<>();
          try (BackboneContext context = open(canvas, conditions(), scope())) {
            for (int i = 0; i < path.size(); i++) {
              batch.add(forward(context, i, path.get(i), canvas));
              settle(context, i, path.get(i), truth, canvas);
            }
          }
          for (int sample = 0; sample < SAMPLES; sample++) {
            Canvas one = Canvas.blank(frame().layout(), frame().tokens(), 1);
            Canvas itsTruth = truth.sample(sample);
            List<Condition> its = conditions().subList(sample, sample + 1);
            try (BackboneContext context = open(one, its, scope())) {
              for (int i = 0; i < path.size(); i++) {
                Slots slots = Slots.shared(path.get(i).of(sample));
                NDArray alone = forward(context, i, slots, one);
                for (int stream = 0; stream < STREAMS.size(); stream++) {
                  int row = stream * SAMPLES + sample;
                  Comparison.same(
                      alone.get("{}:{}", stream, stream + 1),
                      batch.get(i).get("{}:{}", row, row + 1),
                      tolerance());
                }
                settle(context, i, slots, itsTruth, one);
              }
            }
          }
        });
  }

  @Test
  @DisplayName("5 Cancellable: a context that is closed after any step leaves nothing behind")
  void cancellable() throws Exception {
    onEngine(
        () -> {
          Canvas truth = truth(new Random(6));
          List<Slots> path = path(new Random(7));
          for (int ended = 0; ended <= path.size(); ended++) {
            MemoryUse before = engine().memory();
            Canvas canvas = Canvas.blank(frame().layout(), frame().tokens(), SAMPLES);
            try (Scope request = scope().child("request");
                BackboneContext context = open(canvas, conditions(), request)) {
              for (int i = 0; i < ended; i++) {
                Step step = Step.settle(i, path.get(i));
                try (Scope turn = request.child("step")) {
                  context.forward(step, canvas, turn.manager());
                }
                copy(truth, canvas, path.get(i));
                // Ended between a forward and its advance, half of the time.
                if (i + 1 < ended || ended % 2 == 0) {
                  try (Scope turn = request.child("step")) {
                    NDArray none = turn.manager().zeros(new Shape(1));
                    context.advance(step, Draw.of(none, null), canvas);
                  }
                }
              }
            }
            assertThat(engine().memory()).as("ended after %d steps", ended).isEqualTo(before);
          }
        });
  }

  @Test
  @DisplayName("Teaching gives finite states, and its gradient reaches every weight")
  void teachDifferentiates() throws Exception {
    onEngine(
        () -> {
          NDArray tokens = tokens(truth(new Random(5)));
          NDList result =
              engine()
                  .differentiate(
                      weights(),
                      scope(),
                      () ->
                          part()
                              .teach(
                                  new Lesson(
                                      tokens,
                                      Exposure.OWN_ORDER,
                                      conditions(),
                                      tokenizer(),
                                      scope().manager()))
                              .square()
                              .get(":, :, 0")
                              .mean());
          assertThat(result.get(0).toFloatArray()[0]).isFinite();
          for (int i = 1; i < result.size(); i++) {
            assertThat(result.get(i).norm().toFloatArray()[0])
                .as("gradient of %s", weights().names().get(i - 1))
                .isFinite();
          }
        });
  }
}
