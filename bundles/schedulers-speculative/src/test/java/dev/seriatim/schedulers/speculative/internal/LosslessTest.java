package dev.seriatim.schedulers.speculative.internal;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.canvas.Layout;
import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.engine.MemoryUse;
import dev.seriatim.api.generation.GenerationRequest;
import dev.seriatim.api.generation.Loop;
import dev.seriatim.api.part.Guide;
import dev.seriatim.api.part.Scheduler;
import dev.seriatim.backbone.transformer.internal.CausalTransformerFactory;
import dev.seriatim.schedulers.internal.RasterFactory;
import dev.seriatim.schedulers.speculative.internal.SmallModel.Result;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is guessed and verified comes out as plain decoding's. */
class LosslessTest {
  private static final int SAMPLES = 100_000;
  private static final int BATCH = 10_000;
  private static final List<String> COUPLED =
      List.of("speculative", "speculative.ngram", "jacobi", "jacobi, above");
  private static final List<String> RESIDUAL =
      List.of("speculative, residual", "speculative.ngram, residual", "sjd", "sjd, above");

  private final Engine engine = ServiceLoader.load(Engine.class).findFirst().orElseThrow();
  private MemoryUse before;
  private SmallModel model;
  private SmallModel draft;

  private interface Work {
    void run() throws Exception;
  }

  private void onEngine(Work work) throws Exception {
    engine.call(
        () -> {
          work.run();
          return null;
        });
  }

  private SmallModel small(Layout layout, int vocabulary, int layers, float spread, long seed) {
    var size = new CausalTransformerFactory.Configuration(layers, 2, 8, 2);
    return new SmallModel(
        engine, layout, vocabulary, new CausalTransformerFactory(), size, spread, seed);
  }

  private void models(Layout layout, int vocabulary) {
    model = small(layout, vocabulary, 2, 0.6f, 1);
    draft = small(layout, vocabulary, 1, 0.6f, 2);
  }

  @BeforeEach
  void measure() throws Exception {
    onEngine(() -> before = engine.memory());
  }

  @AfterEach
  void leavesNothingBehind() throws Exception {
    onEngine(
        () -> {
          draft.close();
          model.close();
          assertThat(engine.memory()).isEqualTo(before);
        });
  }

  private Scheduler scheduler(String name) {
    return switch (name) {
      case "raster" -> model.scheduler(new RasterFactory(), new RasterFactory.Configuration());
      case "speculative" ->
          model.scheduler(
              new SpeculativeFactory(), new SpeculativeFactory.Configuration(3, "coupled"));
      case "speculative, residual" ->
          model.scheduler(
              new SpeculativeFactory(), new SpeculativeFactory.Configuration(3, "residual"));
      case "speculative.ngram" ->
          model.scheduler(new NGramFactory(), new NGramFactory.Configuration(3, 2, 1, "coupled"));
      case "speculative.ngram, residual" ->
          model.scheduler(new NGramFactory(), new NGramFactory.Configuration(3, 2, 1, "residual"));
      case "jacobi" ->
          model.scheduler(new JacobiFactory(), new JacobiFactory.Configuration(3, "previous"));
      case "jacobi, above" ->
          model.scheduler(new JacobiFactory(), new JacobiFactory.Configuration(5, "above"));
      case "sjd" -> model.scheduler(new SjdFactory(), new SjdFactory.Configuration(3, "previous"));
      case "sjd, above" ->
          model.scheduler(new SjdFactory(), new SjdFactory.Configuration(4, "above"));
      default -> throw new IllegalArgumentException(name);
    };
  }

  private Result run(String scheduler, List<Guide> guides, GenerationRequest request) {
    return model.run(model.parts(scheduler(scheduler), guides, draft), request);
  }

  static Stream<String> all() {
    return Stream.concat(COUPLED.stream(), RESIDUAL.stream());
  }

  static Stream<String> coupled() {
    return COUPLED.stream();
  }

  static Stream<String> ratios() {
    return Stream.concat(Stream.of("raster"), RESIDUAL.stream());
  }

  private void matches(String scheduler, List<Guide> guides, Function<NDArray, NDArray> bend) {
    double[] joint = model.joint(bend);
    int[] counts = new int[joint.length];
    Loop.Parts parts = model.parts(scheduler(scheduler), guides, draft);
    for (int first = 0; first < SAMPLES; first += BATCH) {
      Result result = model.run(parts, SmallModel.request(BATCH, 3).withFirstSample(first));
      for (int sample = 0; sample < BATCH; sample++) {
        counts[model.number(result.ids(), sample)]++;
      }
    }
    ChiSquare.check(scheduler, counts, joint);
  }

  @ParameterizedTest
  @MethodSource("ratios")
  @DisplayName("100,000 samples are distributed as the model says")
  void distribution(String scheduler) throws Exception {
    onEngine(
        () -> {
          models(new Grid(2, 2), 4);
          matches(scheduler, List.of(), logits -> logits);
        });
  }

  @ParameterizedTest
  @MethodSource("ratios")
  @DisplayName("So are those under a temperature and a guide")
  void guidedDistribution(String scheduler) throws Exception {
    onEngine(
        () -> {
          models(new Grid(2, 2), 4);
          matches(scheduler, List.of(new Warm(0.7), new NotTheFirst()), NotTheFirst::bend);
        });
  }

  @ParameterizedTest
  @MethodSource("coupled")
  @DisplayName("Coupled draws are the very tokens of plain decoding")
  void equality(String scheduler) throws Exception {
    onEngine(
        () -> {
          models(new Grid(4, 6), 5);
          GenerationRequest request = SmallModel.request(7, 11);
          Result plain = run("raster", List.of(), request);
          Result fast = run(scheduler, List.of(), request);
          assertThat(fast.ids()).isEqualTo(plain.ids());
          assertThat(fast.passes()).isLessThanOrEqualTo(plain.passes());
        });
  }

  @ParameterizedTest
  @MethodSource("all")
  @DisplayName("Greedy decoding is plain greedy decoding")
  void greedy(String scheduler) throws Exception {
    onEngine(
        () -> {
          models(new Grid(4, 6), 5);
          GenerationRequest request = SmallModel.request(3, 11).withMode();
          Result plain = run("raster", List.of(), request);
          Result fast = run(scheduler, List.of(), request);
          assertThat(fast.ids()).isEqualTo(plain.ids());
          assertThat(fast.passes()).isLessThan(plain.passes());
        });
  }

  @ParameterizedTest
  @MethodSource("coupled")
  @DisplayName("Guides that look at history see guesses as they see settled tokens")
  void history(String scheduler) throws Exception {
    onEngine(
        () -> {
          models(new Grid(4, 6), 5);
          List<Guide> guides = List.of(new NoRepeats(), new Warm(1.3));
          GenerationRequest request = SmallModel.request(5, 13);
          Result plain = run("raster", guides, request);
          assertThat(run(scheduler, guides, request).ids()).isEqualTo(plain.ids());
        });
  }

  @ParameterizedTest
  @MethodSource("all")
  @DisplayName("A sample of a batch is what it is alone")
  void batchInvariant(String scheduler) throws Exception {
    onEngine(
        () -> {
          models(new Grid(4, 6), 5);
          int slots = model.frame.layout().slots();
          Result batch = run(scheduler, List.of(), SmallModel.request(6, 5));
          for (int sample = 0; sample < 6; sample++) {
            GenerationRequest one = SmallModel.request(1, 5).withFirstSample(sample);
            long[] ids = Arrays.copyOfRange(batch.ids(), sample * slots, (sample + 1) * slots);
            assertThat(run(scheduler, List.of(), one).ids()).isEqualTo(ids);
          }
        });
  }

  @ParameterizedTest
  @MethodSource("all")
  @DisplayName("What is settled at the start stays, wherever it is")
  void infilling(String scheduler) throws Exception {
    onEngine(
        () -> {
          models(new Grid(4, 6), 5);
          var start = model.blank(2);
          start.settle(0, 0, new long[] {1, 2, 3});
          start.settle(0, 7, new long[] {4, 4});
          start.settle(1, 23, new long[] {2});
          GenerationRequest request = SmallModel.request(2, 5).withStart(start);
          Result result = run(scheduler, List.of(), request);
          assertThat(result.ids()).startsWith(1, 2, 3).endsWith(2);
          assertThat(Arrays.copyOfRange(result.ids(), 7, 9)).containsOnly(4);
          if (COUPLED.contains(scheduler)) {
            assertThat(result.ids()).isEqualTo(run("raster", List.of(), request).ids());
          }
        });
  }

  @Test
  @DisplayName("A draft that is the model itself has everything accepted")
  void draftIsTarget() throws Exception {
    onEngine(
        () -> {
          models(new Grid(4, 6), 5);
          draft.close();
          draft = small(new Grid(4, 6), 5, 2, 0.6f, 1);
          Map<String, Integer> passes = new LinkedHashMap<>();
          for (String scheduler : List.of("speculative", "speculative, residual")) {
            passes.put(scheduler, run(scheduler, List.of(), SmallModel.request(4, 9)).passes());
          }
          assertThat(passes).allSatisfy((name, count) -> assertThat(count).isEqualTo(8));
        });
  }

  @Test
  @DisplayName("Text of which everything was said before is looked up")
  void lookUp() throws Exception {
    onEngine(
        () -> {
          models(new Sequence(24), 5);
          var start = model.blank(1);
          start.settle(0, 0, new long[] {0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 1});
          Proposal proposal = new NGramLookup(3, 1).propose(start, Slots.range(12, 16), null);
          assertThat(proposal.ids()).containsExactly(2, 3, 4, 0);
        });
  }
}
