package dev.seriatim.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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

  /** How far cached and uncached states may differ, of the largest. */
  protected double tolerance() {
    return 1e-5;
  }

  /**
   * The order in which slots are settled in these tests, several ways for the same slots: each part
   * is one step, of slots that the three samples share or of slots of their own. The default
   * settles runs of random length from {@link #prompt} on.
   */
  protected List<Slots> path(Random random) {
    List<Slots> path = new ArrayList<>();
    int slot = prompt();
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

  /**
   * Slots from 0 on that are settled before a path begins: 1 for backbones that predict from a
   * first token; 0, the default, for those that begin with a condition or with nothing.
   */
  protected int prompt() {
    return 0;
  }

  /** The streams that contexts are opened with; those of classifier-free guidance by default. */
  protected List<Stream> streams() {
    return List.of(Stream.CONDITIONAL, Stream.UNCONDITIONAL);
  }

  /**
   * Whether a step may predict a run of slots from proposed ones, as causal backbones can; false by
   * default.
   */
  protected boolean takesProposals() {
    return false;
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

  /** A canvas on which nothing is known but the beginning of the truth. */
  private Canvas start(Canvas truth) {
    Canvas canvas = Canvas.blank(frame().layout(), frame().tokens(), truth.samples());
    copy(truth, canvas, Slots.range(0, prompt()));
    return canvas;
  }

  /**
   * Other random tokens, but for the prompt and for what is settled by the first steps of a path.
   */
  private Canvas otherwise(Canvas truth, List<Slots> path, int steps, Random random) {
    Canvas other = truth(random);
    List<Slots> same = new ArrayList<>(path.subList(0, steps));
    same.add(Slots.range(0, prompt()));
    for (Slots slots : same) {
      withdraw(other, slots);
      copy(truth, other, slots);
    }
    other.drainWithdrawn();
    return other;
  }

  private NDArray tokens(Canvas canvas) {
    Shape shape = new Shape(canvas.samples(), slots(), frame().tokens().numbersPerSlot());
    return canvas.tokenSpace() instanceof TokenSpace.Discrete
        ? scope().manager().create(canvas.ids(), shape)
        : scope().manager().create(canvas.vectors(), shape);
  }

  private static void copy(Canvas from, Canvas to, Slots slots) {
    copy(from, to, slots, 1f);
  }

  private static void copy(Canvas from, Canvas to, Slots slots, float level) {
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
      to.write(slots, level, ids);
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
      to.write(slots, level, vectors);
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
        .open(new ContextRequest(canvas, streams(), conditions, tokenizer(), scope.manager()));
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
    for (Stream stream : streams()) {
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
          Canvas canvas = start(truth);
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
          Canvas canvas = start(truth);
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
          Canvas canvas = start(truth);
          List<Slots> path = path(random);
          int at = random.nextInt(path.size());
          // What comes after the fork differs, what came before it does not.
          Canvas other = otherwise(truth, path, at, random);
          try (BackboneContext context = open(canvas, conditions(), scope())) {
            for (int i = 0; i < at; i++) {
              forward(context, i, path.get(i), canvas);
              settle(context, i, path.get(i), truth, canvas);
            }
            Canvas forked = canvas.copy();
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

  @RepeatedTest(5)
  @DisplayName("3 Cache-exact: any walk of steps, rollbacks and forks agrees with uncached forward")
  void anyWalk(RepetitionInfo repetition) throws Exception {
    Random random = new Random(repetition.getCurrentRepetition());
    onEngine(
        () -> {
          Canvas truth = truth(random);
          Canvas canvas = start(truth);
          List<Slots> path = path(random);
          BackboneContext context = open(canvas, conditions(), scope());
          try {
            int at = 0;
            for (int turn = 0; turn < 4 * path.size() && at < path.size(); turn++) {
              Comparison.same(
                  forward(context, turn, path.get(at), canvas),
                  uncached(truth, canvas, path, path.get(at)),
                  tolerance());
              switch (random.nextInt(5)) {
                case 0 -> {
                  int back = random.nextInt(at + 1);
                  path.subList(back, at).forEach(slots -> withdraw(canvas, slots));
                  context.rollback(canvas.drainWithdrawn());
                  truth = otherwise(truth, path, back, random);
                  at = back;
                }
                case 1 -> context = onwards(context);
                default -> settle(context, turn, path.get(at++), truth, canvas);
              }
            }
          } finally {
            context.close();
          }
        });
  }

  /** A fork in the place of the context that it came from, which ends. */
  private BackboneContext onwards(BackboneContext context) {
    BackboneContext fork = context.fork(scope().manager());
    context.close();
    return fork;
  }

  @RepeatedTest(8)
  @DisplayName("3 Cache-exact: of what is proposed, each sample keeps as much as it likes")
  void proposals(RepetitionInfo repetition) throws Exception {
    assumeTrue(takesProposals());
    Random random = new Random(repetition.getCurrentRepetition());
    onEngine(
        () -> {
          Canvas truth = truth(random);
          Canvas canvas = start(truth);
          BackboneContext context = open(canvas, conditions(), scope());
          try {
            for (int turn = 0; turn < 4 * slots() && settled(canvas) < slots(); turn++) {
              Slots run = run(canvas, random);
              copy(random.nextBoolean() ? truth : truth(random), canvas, run, 0.5f);
              Canvas shown = shown(canvas, truth);
              Comparison.same(
                  forward(context, turn, run, canvas),
                  uncached(shown, canvas, List.of(), run),
                  tolerance());
              copy(truth, canvas, run, 0.5f);
              keepSome(canvas, run, random);
              if (random.nextInt(4) == 0) {
                withdrawSome(canvas, random);
                context.rollback(canvas.drainWithdrawn());
              }
              context.advance(Step.settle(turn, run), Draw.of(tokens(truth), null), canvas);
              context = random.nextInt(4) == 0 ? onwards(context) : context;
            }
          } finally {
            context.close();
          }
        });
  }

  /** A run that begins where the samples, or each of them, are. */
  private Slots run(Canvas canvas, Random random) {
    int count = Math.min(1 + random.nextInt(4), slots() - prompt());
    if (random.nextBoolean()) {
      int first = Math.min(settled(canvas), slots() - count);
      return Slots.range(first, first + count);
    }
    int[][] rows = new int[SAMPLES][];
    for (int sample = 0; sample < SAMPLES; sample++) {
      int first = Math.min(canvas.settled(sample), slots() - count);
      rows[sample] = IntStream.range(first, first + count).toArray();
    }
    return Slots.perSample(rows);
  }

  /** How many slots from 0 on are settled in every sample, of samples that are filled in order. */
  private static int settled(Canvas canvas) {
    return IntStream.range(0, SAMPLES).map(canvas::settled).min().orElseThrow();
  }

  /** What is settled or proposed, and elsewhere the truth. */
  private Canvas shown(Canvas canvas, Canvas truth) {
    Canvas shown = truth.copy();
    for (int slot = 0; slot < slots(); slot++) {
      for (int sample = 0; sample < SAMPLES; sample++) {
        // A slot that is not withdrawn keeps the truth.
        if (canvas.level(sample, slot) > 0) {
          shown.withdraw(sample, slot);
        }
      }
      copy(canvas, shown, Slots.range(slot, slot + 1));
    }
    return shown;
  }

  /** Settles some of a run in each sample, from its beginning; the rest is unknown again. */
  private static void keepSome(Canvas canvas, Slots run, Random random) {
    for (int sample = 0; sample < SAMPLES; sample++) {
      int kept = random.nextInt(run.count() + 1);
      for (int i = 0; i < run.count(); i++) {
        int slot = run.slot(sample, i);
        if (!canvas.isSettled(sample, slot)) {
          canvas.setLevel(sample, slot, i < kept ? 1f : 0f);
        }
      }
    }
  }

  /** Takes the last settled slots of each sample back, of each as many as it happens. */
  private void withdrawSome(Canvas canvas, Random random) {
    for (int sample = 0; sample < SAMPLES; sample++) {
      int end = canvas.settled(sample);
      int kept = prompt() + random.nextInt(end - prompt() + 1);
      for (int slot = kept; slot < end; slot++) {
        canvas.withdraw(sample, slot);
      }
    }
  }

  @Test
  @DisplayName("1 Deterministic: the same request gives the same states")
  void deterministic() throws Exception {
    onEngine(
        () -> {
          float[][] runs = new float[2][];
          for (int run = 0; run < 2; run++) {
            Canvas truth = truth(new Random(1));
            Canvas canvas = start(truth);
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
          Canvas canvas = start(truth);
          List<Slots> path = path(new Random(4));
          List<NDArray> batch = new ArrayList<>();
          try (BackboneContext context = open(canvas, conditions(), scope())) {
            for (int i = 0; i < path.size(); i++) {
              batch.add(forward(context, i, path.get(i), canvas));
              settle(context, i, path.get(i), truth, canvas);
            }
          }
          for (int sample = 0; sample < SAMPLES; sample++) {
            Canvas itsTruth = truth.sample(sample);
            Canvas one = start(itsTruth);
            List<Condition> its = conditions().subList(sample, sample + 1);
            try (BackboneContext context = open(one, its, scope())) {
              for (int i = 0; i < path.size(); i++) {
                Slots slots = Slots.shared(path.get(i).of(sample));
                NDArray alone = forward(context, i, slots, one);
                for (int stream = 0; stream < streams().size(); stream++) {
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
            Canvas canvas = start(truth);
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
