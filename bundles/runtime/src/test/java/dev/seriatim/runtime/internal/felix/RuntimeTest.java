package dev.seriatim.runtime.internal.felix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.engine.MemoryUse;
import dev.seriatim.api.generation.Generation;
import dev.seriatim.api.generation.GenerationListener;
import dev.seriatim.api.generation.GenerationRequest;
import dev.seriatim.api.generation.GenerationResult;
import dev.seriatim.api.generation.Generator;
import dev.seriatim.api.generation.Manifest.PartUse;
import dev.seriatim.api.generation.Models;
import dev.seriatim.api.generation.PartChoice;
import dev.seriatim.api.generation.PartLease;
import dev.seriatim.api.generation.PartLender;
import dev.seriatim.api.media.Images;
import dev.seriatim.api.media.Media;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.model.ModelNotWiredException;
import dev.seriatim.api.model.ModelStatus;
import dev.seriatim.api.model.ModelStatus.State;
import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.Classifier;
import dev.seriatim.api.part.Tokenizer;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.api.weights.CheckpointFormat;
import dev.seriatim.api.weights.ElementType;
import dev.seriatim.api.weights.TensorData;
import dev.seriatim.api.weights.TensorInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.ServiceReference;

/** The runtime in Felix, with the engine, real weights and small parts. */
@Timeout(120)
class RuntimeTest {
  private static final int SLOTS = 6;
  private static final List<String> PARTS = List.of("grey", "bigram", "linear", "one-by-one");

  @TempDir static Path folder;
  private static RunningFramework framework;
  private static Engine engine;
  private static Models models;
  private static byte[] weights;

  private final Tiny.Parts tiny = new Tiny.Parts();
  private MemoryUse before;

  @BeforeAll
  static void start() throws Exception {
    framework = new RunningFramework(folder.resolve("felix"));
    engine = framework.service(Engine.class);
    models = framework.service(Models.class);
    Path file = folder.resolve("weights");
    framework
        .service(CheckpointFormat.class)
        .write(
            file, Map.of(), List.of(tensor("backbone.table", 8, 5), tensor("head.output", 5, 4)));
    weights = Files.readAllBytes(file);
  }

  @AfterAll
  static void stop() throws Exception {
    framework.close();
  }

  @BeforeEach
  void measure() {
    before = engine.memory();
  }

  /** Whatever a test did: once its models are gone, nothing is left on the device. */
  @AfterEach
  void clear() throws Exception {
    framework.clear();
    engine.call(() -> null); // what was submitted before is done
    assertThat(engine.memory()).isEqualTo(before);
    assertThat(tiny.closed).hasValue(tiny.built.get());
    assertThat(models.models()).isEmpty();
  }

  private static TensorData tensor(String name, int... shape) {
    Random random = new Random(name.hashCode());
    long[] dimensions = IntStream.of(shape).asLongStream().toArray();
    ByteBuffer bytes = ByteBuffer.allocate(4 * shape[0] * shape[1]).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      bytes.putFloat((float) random.nextGaussian());
    }
    return new TensorData(
        new TensorInfo(name, ElementType.F32, new Shape(dimensions)), bytes.flip());
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  private static String descriptor(String name, String hash) {
    return """
        {"name": "%s", "version": "1.0.0", "conditions": {"labels": ["a", "b", "c"]},
         "parts": {
           "tokenizer": {"id": "grey", "version": "[1.0,2)", "config": {"rows": 2, "columns": 3}},
           "backbone": {"id": "bigram", "version": "[1.0,2)", "config": {"width": 5},
             "weights": "w/all.safetensors", "prefix": "backbone."},
           "head": {"id": "linear", "version": "[1.0,2)",
             "weights": "w/all.safetensors", "prefix": "head."},
           "scheduler": {"id": "one-by-one", "version": "[1.0,2)"},
           "guides": [{"id": "warm", "version": "[1.0,2)", "config": {"temperature": 0.8}},
             {"id": "away", "version": "[1.0,2)"}]
         },
         "weights": {"w/all.safetensors": "%s"}}
        """
        .formatted(name, hash);
  }

  private Bundle addModel(String name) throws Exception {
    return addModel(name, descriptor(name, sha256(weights)));
  }

  private Bundle addModel(String name, String descriptor) throws Exception {
    return framework.addModel(
        name, PARTS, Map.of("model.json", Jars.utf8(descriptor), "w/all.safetensors", weights));
  }

  private Bundle addPart(String kind, String id, String version) throws BundleException {
    Bundle bundle = framework.installPart(kind, id, version);
    start(bundle, kind, id);
    return bundle;
  }

  private void start(Bundle bundle, String kind, String id) throws BundleException {
    framework.startPart(
        bundle,
        kind,
        id,
        switch (id) {
          case "grey" -> tiny.tokenizer;
          case "bigram" -> tiny.backbone;
          case "linear" -> tiny.head;
          case "one-by-one" -> tiny.scheduler;
          case "warm" -> tiny.warm;
          case "away" -> tiny.away;
          default -> tiny.classifier;
        });
  }

  private void addPartsBut(String left) throws BundleException {
    Map<String, String> kinds =
        Map.of(
            "grey",
            "tokenizer",
            "bigram",
            "backbone",
            "linear",
            "head",
            "one-by-one",
            "scheduler",
            "warm",
            "guide",
            "away",
            "guide");
    for (Map.Entry<String, String> part : kinds.entrySet()) {
      if (!part.getKey().equals(left)) {
        addPart(part.getValue(), part.getKey(), "1.0.0");
      }
    }
  }

  private Generator addTinyModel() throws Exception {
    addPartsBut("");
    addModel("tiny");
    return models.generator("tiny");
  }

  private static GenerationRequest request(int samples) {
    return GenerationRequest.of(new Condition.Label(1), samples).withSeed(7);
  }

  private static Throwable failure(Generation generation) throws Exception {
    try {
      generation.result().get(60, TimeUnit.SECONDS);
      throw new AssertionError("The generation did not fail");
    } catch (ExecutionException e) {
      return e.getCause();
    } catch (CancellationException e) {
      return e;
    }
  }

  private static Collection<ServiceReference<Generator>> generators() throws Exception {
    return framework.context().getServiceReferences(Generator.class, "(seriatim.model=tiny)");
  }

  private static MemoryUse settledMemory() throws Exception {
    return engine.call(engine::memory);
  }

  @Test
  void aModelWhosePartsAreThereGenerates() throws Exception {
    Generator generator = addTinyModel();
    assertThat(models.model("tiny").state()).isEqualTo(State.READY);
    assertThat(tiny.built).hasValue(0);

    GenerationResult result = generator.generate(request(2));

    Images images = (Images) result.media();
    assertThat(images.samples()).isEqualTo(2);
    assertThat(images.height()).isEqualTo(2);
    assertThat(images.width()).isEqualTo(3);
    assertThat(result.canvas().settled(0)).isEqualTo(SLOTS);
    assertThat(result.statistics().steps()).isEqualTo(SLOTS);
    assertThat(result.statistics().peakBytes()).isPositive();
    assertThat(result.statistics().stepSeconds())
        .isPositive()
        .isLessThanOrEqualTo(result.statistics().seconds());
    assertThat(models.model("tiny").state()).isEqualTo(State.WIRED);
    assertThat(models.why("tiny"))
        .startsWith("tiny 1.0.0 is wired to tokenizer grey 1.0.0 (part.grey.1.0.0 1.0.0), ");
  }

  @Test
  void aResultCarriesAllThatItTakesToDrawItAgain() throws Exception {
    Generator generator = addTinyModel();
    GenerationRequest request =
        GenerationRequest.of(List.of(new Condition.Label(2), Condition.NONE)).withSeed(3);
    GenerationResult result = generator.generate(request);

    assertThat(result.manifest().model()).isEqualTo("tiny");
    assertThat(result.manifest().conditions()).containsExactly("label=c", "none");
    assertThat(result.manifest().weights())
        .containsExactly(Map.entry("w/all.safetensors", sha256(weights)));
    assertThat(result.manifest().engine()).isEqualTo(engine.description());
    assertThat(result.manifest().parts())
        .extracting(PartUse::id)
        .containsExactly("grey", "bigram", "linear", "one-by-one", "warm", "away");
    assertThat(result.manifest().parts().get(0).config())
        .isEqualTo(Map.of("rows", 2L, "columns", 3L, "vocabulary", 4L));
    ByteBuffer ids = ByteBuffer.allocate(8 * 2 * SLOTS).order(ByteOrder.LITTLE_ENDIAN);
    ids.asLongBuffer().put(result.canvas().ids());
    assertThat(result.manifest().tokens()).isEqualTo(sha256(ids.array()));
    assertThat(generator.generate(request).manifest()).isEqualTo(result.manifest());
  }

  @Test
  void aSampleOfABatchIsWhatItIsAlone() throws Exception {
    Generator generator = addTinyModel();
    GenerationRequest batch = request(5);
    Canvas together = generator.generate(batch).canvas();
    for (int sample = 0; sample < 5; sample++) {
      Canvas alone = generator.generate(batch.range(sample, sample + 1)).canvas();
      assertThat(alone.ids()).isEqualTo(together.sample(sample).ids());
    }
    assertThat(generator.generate(batch.withSeed(8)).canvas().ids()).isNotEqualTo(together.ids());
  }

  @Test
  void theMostProbableTokensDependOnNoSeed() throws Exception {
    Generator generator = addTinyModel();
    assertThat(generator.generate(request(1).withMode().withSeed(1)).canvas().ids())
        .isEqualTo(generator.generate(request(1).withMode().withSeed(2)).canvas().ids());
  }

  @Test
  void aPartlySettledCanvasIsGoneOnFrom() throws Exception {
    Generator generator = addTinyModel();
    Canvas start = Canvas.blank(new Grid(2, 3), new TokenSpace.Discrete(4, 1), 1);
    start.write(Slots.range(0, 4), 1f, new long[] {3, 0, 3, 0});
    GenerationResult result = generator.generate(request(1).withStart(start));
    assertThat(result.statistics().steps()).isEqualTo(2);
    assertThat(result.canvas().ids()).startsWith(3, 0, 3, 0);
    assertThat(start.settled(0)).isEqualTo(4);
  }

  @Test
  void weightsLoadOnceHoweverOftenTheServiceIsUsed() throws Exception {
    Generator generator = addTinyModel();
    generator.generate(request(1));
    int built = tiny.built.get();
    MemoryUse loaded = settledMemory();
    assertThat(loaded.arrays()).isGreaterThan(before.arrays());
    assertThat(built).isEqualTo(6);
    for (int i = 0; i < 20; i++) {
      ServiceReference<Generator> reference = generators().iterator().next();
      Generator again = framework.context().getService(reference);
      again.generate(request(2));
      framework.context().ungetService(reference);
      models.generator("tiny").generate(request(1));
    }
    assertThat(tiny.built).hasValue(built);
    assertThat(settledMemory()).isEqualTo(loaded);
  }

  @Test
  void theLoopRunsItsPartsInOrder() throws Exception {
    Generator generator = addTinyModel();
    generator.generate(request(1).withGuide(new PartChoice("away", "", Map.of("scale", 2))));
    assertThat(tiny.log)
        .startsWith("open [conditional, unconditional]")
        .containsSequence(
            "away [unconditional]", "warm", "observe 0", "advance 0", "away [unconditional]")
        .endsWith("advance 5", "close")
        .doesNotContain("rollback");
  }

  @Test
  void whatAPlanWithdrawsIsRolledBackAndDrawnAgain() throws Exception {
    Generator generator = addTinyModel();
    GenerationResult result =
        generator.generate(
            request(1).withScheduler(new PartChoice("one-by-one", "", Map.of("withdraw", 4))));
    assertThat(result.statistics().steps()).isEqualTo(SLOTS + 1);
    assertThat(result.canvas().settled(0)).isEqualTo(SLOTS);
    assertThat(tiny.log)
        .containsSequence("observe 5", "rollback 4", "advance 5")
        .containsSubsequence("advance 5", "observe 6", "advance 6");
    assertThat(tiny.log.stream().filter(line -> line.startsWith("rollback"))).hasSize(1);
  }

  @Test
  void aRequestsOwnPartsLiveAsLongAsTheRequest() throws Exception {
    Generator generator = addTinyModel();
    generator.generate(request(1));
    int built = tiny.built.get();
    GenerationResult result =
        generator.generate(
            request(1)
                .withGuide(new PartChoice("warm", "[1.0,2)", Map.of("temperature", 0.5)))
                .withScheduler(new PartChoice("one-by-one", "", Map.of())));
    assertThat(tiny.built).hasValue(built + 2);
    assertThat(tiny.closed).hasValue(2);
    assertThat(result.manifest().parts().get(4).config()).isEqualTo(Map.of("temperature", 0.5));
    assertThat(result.manifest().parts())
        .extracting(PartUse::id)
        .containsExactly("grey", "bigram", "linear", "one-by-one", "warm", "away");
  }

  @Test
  void badRequestsAreRefusedBeforeAnyWork() throws Exception {
    Generator generator = addTinyModel();
    Map<GenerationRequest, String> refused =
        Map.of(
            GenerationRequest.of(new Condition.Label(3), 1),
            "tiny: label: expected 0 to 2, found 3",
            GenerationRequest.of(new Condition.Text("seven"), 1),
            "tiny: condition: expected a label or none, found a text",
            request(1).withGuide(new PartChoice("lexical", "", Map.of())),
            "The model needs guide lexical, which is not installed",
            request(1).withGuide(new PartChoice("warm", "[2.0,3)", Map.of())),
            "The model needs guide warm [2.0,3), but only 1.0.0 is installed",
            request(1).withGuide(new PartChoice("warm", "", Map.of("temprature", 1))),
            "guide warm: temprature: expected one of the keys temperature, found 'temprature'"
                + " (nearest: 'temperature')",
            request(1).withGuide(new PartChoice("warm", "", Map.of("temperature", 0))),
            "guide warm: temperature: expected above 0, found 0.0",
            request(1).withScheduler(new PartChoice("one-by-one", "", Map.of("withdraw", "x"))),
            "scheduler one-by-one: withdraw: expected an integer, found \"x\"",
            request(1).withStart(Canvas.blank(new Grid(3, 3), new TokenSpace.Discrete(4, 1), 1)),
            "tiny: start: layout: expected Grid[rows=2, columns=3], found"
                + " Grid[rows=3, columns=3]",
            request(1).withStart(Canvas.blank(new Grid(2, 3), new TokenSpace.Discrete(9, 1), 1)),
            "tiny: start: tokens: expected Discrete[vocabulary=4, codebooks=1], found"
                + " Discrete[vocabulary=9, codebooks=1]");
    for (Map.Entry<GenerationRequest, String> each : refused.entrySet()) {
      assertThatThrownBy(() -> generator.generate(each.getKey()))
          .isInstanceOf(SeriatimException.class)
          .hasMessage(each.getValue());
      assertThat(generator.start(each.getKey(), GenerationListener.NONE).result())
          .isCompletedExceptionally();
    }
    assertThat(tiny.built).hasValue(0);
  }

  @Test
  void aPartThatDoesNotFitIsRefusedWithTheReason() throws Exception {
    Generator generator = addTinyModel();
    Bundle discrete = framework.installPart("guide", "discrete-only", "1.0.0");
    framework.startPart(
        discrete, "guide", "discrete-only", tiny.away, "tokens", "discrete", "orders", "raster");
    Bundle continuous = framework.installPart("guide", "continuous-only", "1.0.0");
    framework.startPart(continuous, "guide", "continuous-only", tiny.away, "tokens", "continuous");
    GenerationRequest request =
        request(1)
            .withGuide(new PartChoice("discrete-only", "", Map.of()))
            .withGuide(new PartChoice("continuous-only", "", Map.of()));
    assertThatThrownBy(() -> generator.generate(request))
        .hasMessage(
            "guide continuous-only 1.0.0 does not fit guide discrete-only 1.0.0: tokens:"
                + " continuous against discrete");
  }

  @Test
  void aModelSaysWhyItIsNotWiredAndIsReadyOnceItCanBe() throws Exception {
    addPartsBut("linear");
    Bundle model = addModel("tiny");
    assertThat(model.getState()).isEqualTo(Bundle.INSTALLED);
    assertUnwired("tiny needs head linear [1.0,2), which is not installed");
    assertThat(models.why("linear"))
        .isEqualTo("tiny needs head linear [1.0,2), which is not installed");

    addPart("head", "linear", "2.0.0");
    assertUnwired("tiny needs head linear [1.0,2), but only 2.0.0 is installed");

    addPart("head", "linear", "0.9.0");
    assertUnwired("tiny needs head linear [1.0,2), but only 0.9.0 and 2.0.0 are installed");

    Bundle head = framework.installPart("head", "linear", "1.5.0");
    assertUnwired(
        "tiny needs head linear [1.0,2), but bundle part.linear.1.5.0 1.5.0 that provides it is"
            + " not started");

    start(head, "head", "linear");
    assertThat(models.model("tiny").state()).isEqualTo(State.READY);
    assertThat(models.why("tiny"))
        .isEqualTo(
            "tiny 1.0.0 is ready: its parts are there, and its weights load when first used");
    assertThat(generators()).hasSize(1);
    models.generator("tiny").generate(request(1));

    head.stop();
    assertUnwired(
        "tiny needs head linear [1.0,2), but bundle part.linear.1.5.0 1.5.0 that provides it is"
            + " not started");
    assertThat(tiny.closed).hasValue(tiny.built.get());

    start(head, "head", "linear");
    assertThat(models.model("tiny").state()).isEqualTo(State.READY);
    models.generator("tiny").generate(request(1));
    assertThat(models.model("tiny").state()).isEqualTo(State.WIRED);
  }

  private static void assertUnwired(String reason) throws Exception {
    ModelStatus status = models.model("tiny");
    assertThat(status.reason()).isEqualTo(reason);
    assertThat(status.state()).isEqualTo(State.UNWIRED);
    assertThat(models.why("tiny")).isEqualTo(reason);
    assertThat(generators()).isEmpty();
    assertThatThrownBy(() -> models.generator("tiny"))
        .isInstanceOf(ModelNotWiredException.class)
        .hasMessage(reason);
  }

  @Test
  void allMissingPartsAreNamed() throws Exception {
    addModel("tiny", descriptor("tiny", sha256(weights)).replace("warm", "cold"));
    assertThat(models.why("tiny"))
        .startsWith("tiny needs tokenizer grey [1.0,2), which is not installed; and backbone ")
        .contains("; and guide cold [1.0,2), which is not installed");
    ModelStatus status = models.model("tiny");
    assertThat(status.parts()).isEmpty();
    assertThat(status.bundle()).isEqualTo("model.tiny 1.0.0");
  }

  @Test
  void aHeldGeneratorRefusesWithTheReasonWhileAPartIsMissing() throws Exception {
    addPartsBut("warm");
    Bundle warm = addPart("guide", "warm", "1.0.0");
    addModel("tiny");
    Generator generator = models.generator("tiny");
    generator.generate(request(1));
    warm.stop();
    assertThatThrownBy(() -> generator.generate(request(1)))
        .isInstanceOf(ModelNotWiredException.class)
        .hasMessage(
            "tiny needs guide warm [1.0,2), but bundle part.warm.1.0.0 1.0.0 that provides it is"
                + " not started");
    start(warm, "guide", "warm");
    generator.generate(request(1));
  }

  @Test
  void aHigherVersionTakesOverForNewRequests() throws Exception {
    Generator generator = addTinyModel();
    assertThat(generator.generate(request(1)).manifest().parts().get(2).version())
        .isEqualTo("1.0.0");
    Bundle higher = addPart("head", "linear", "1.10.0");
    addPart("head", "linear", "1.9.0");
    assertThat(generator.generate(request(1)).manifest().parts().get(2).version())
        .isEqualTo("1.10.0");
    higher.stop();
    assertThat(generator.generate(request(1)).manifest().parts().get(2).version())
        .isEqualTo("1.9.0");
  }

  @Test
  void partsThatGoAreClosedWhenTheRequestsThatUseThemHaveEnded() throws Exception {
    addPartsBut("linear");
    Bundle head = addPart("head", "linear", "1.0.0");
    addModel("tiny");
    List<Integer> closedAtStep = new ArrayList<>();
    Generation generation =
        models
            .generator("tiny")
            .start(
                request(2),
                event -> {
                  if (event.step().index() == 1) {
                    elsewhere(head::stop);
                  }
                  closedAtStep.add(tiny.closed.get());
                });
    assertThat(generation.result().get(60, TimeUnit.SECONDS).canvas().settled(0)).isEqualTo(SLOTS);
    assertThat(closedAtStep).containsExactly(0, 0, 0, 0, 0, 0);
    assertThat(tiny.closed).hasValue(6);
    assertThat(models.model("tiny").state()).isEqualTo(State.UNWIRED);
  }

  @Test
  void aModelThatGoesLetsItsRequestsEnd() throws Exception {
    addPartsBut("");
    Bundle model = addModel("tiny");
    Generator generator = models.generator("tiny");
    Generation generation =
        generator.start(
            request(1),
            event -> {
              if (event.step().index() == 0) {
                elsewhere(model::uninstall);
              }
            });
    generation.result().get(60, TimeUnit.SECONDS);
    assertThat(tiny.closed).hasValue(6);
    assertThatThrownBy(() -> models.generator("tiny"))
        .isInstanceOf(SeriatimException.class)
        .hasMessage("There is no model named 'tiny'; none is installed");
    assertThatThrownBy(() -> generator.generate(request(1)))
        .isInstanceOf(ModelNotWiredException.class);
  }

  private interface Action {
    void run() throws Exception;
  }

  /** Does something on another thread, and waits for it. */
  private static void elsewhere(Action action) {
    CompletableFuture.runAsync(
            () -> {
              try {
                action.run();
              } catch (Exception e) {
                throw new CompletionException(e);
              }
            })
        .join();
  }

  @Test
  void aStoppedModelIsListedAsSuch() throws Exception {
    addPartsBut("");
    Bundle model = addModel("tiny");
    models.generator("tiny").generate(request(1));
    model.stop();
    assertUnwired("tiny is in bundle model.tiny 1.0.0, which is not started");
    assertThat(tiny.closed).hasValue(6);
    model.start();
    models.generator("tiny").generate(request(1));
  }

  @Test
  void aCancelledRequestEndsWithinAStepAndFreesAll() throws Exception {
    Generator generator = addTinyModel();
    generator.generate(request(1));
    MemoryUse loaded = settledMemory();
    List<Integer> steps = new ArrayList<>();
    AtomicReference<Generation> running = new AtomicReference<>();
    engine.call(
        () -> {
          running.set(
              generator.start(
                  request(2),
                  event -> {
                    steps.add(event.step().index());
                    if (event.step().index() == 2) {
                      running.get().cancel();
                    }
                  }));
          return null;
        });
    assertThat(failure(running.get())).isInstanceOf(CancellationException.class);
    assertThat(running.get().result()).isCancelled();
    assertThat(steps).containsExactly(0, 1, 2);
    assertThat(tiny.log).endsWith("close");
    assertThat(settledMemory()).isEqualTo(loaded);
  }

  @Test
  void aFutureThatIsCancelledEndsTheRequestToo() throws Exception {
    Generator generator = addTinyModel();
    generator.generate(request(1));
    MemoryUse loaded = settledMemory();
    List<Integer> steps = new ArrayList<>();
    AtomicReference<Generation> running = new AtomicReference<>();
    engine.call(
        () -> {
          running.set(
              generator.start(
                  request(2),
                  event -> {
                    steps.add(event.step().index());
                    running.get().result().cancel(true);
                  }));
          return null;
        });
    while (generatorsRun()) {
      engine.call(() -> null);
    }
    assertThat(steps).containsExactly(0);
    assertThat(settledMemory()).isEqualTo(loaded);
  }

  /** Whether a request's scope is open. */
  private static boolean generatorsRun() {
    return engine.memoryByScope().keySet().stream().anyMatch(name -> name.startsWith("request"));
  }

  @Test
  void aListenerThatThrowsEndsItsRequestAndNoOther() throws Exception {
    Generator generator = addTinyModel();
    generator.generate(request(1));
    MemoryUse loaded = settledMemory();
    List<Generation> both =
        engine.call(
            () ->
                List.of(
                    generator.start(
                        request(1),
                        event -> {
                          event.preview().get();
                          throw new IllegalArgumentException("no pen");
                        }),
                    generator.start(request(1), GenerationListener.NONE)));
    assertThat(failure(both.get(0)))
        .isInstanceOf(SeriatimException.class)
        .hasMessage(
            "The listener of tiny failed at step 0: java.lang.IllegalArgumentException: no pen")
        .hasCauseInstanceOf(IllegalArgumentException.class);
    both.get(1).result().get(60, TimeUnit.SECONDS);
    assertThat(settledMemory()).isEqualTo(loaded);
  }

  @Test
  void anErrorInAListenerEndsItsRequest() throws Exception {
    Generator generator = addTinyModel();
    Generation generation =
        generator.start(
            request(1),
            event -> {
              throw new StackOverflowError("deep");
            });
    assertThat(failure(generation))
        .isInstanceOf(SeriatimException.class)
        .hasMessage("tiny failed after 1 steps: java.lang.StackOverflowError: deep");
  }

  @Test
  void requestsInterleaveStepByStep() throws Exception {
    Generator generator = addTinyModel();
    generator.generate(request(1));
    List<String> order = new ArrayList<>();
    List<Generation> both =
        engine.call(
            () ->
                List.of(
                    generator.start(request(1), event -> order.add("a" + event.step().index())),
                    generator.start(request(1), event -> order.add("b" + event.step().index()))));
    for (Generation each : both) {
      each.result().get(60, TimeUnit.SECONDS);
    }
    assertThat(order)
        .containsExactly("a0", "b0", "a1", "b1", "a2", "b2", "a3", "b3", "a4", "b4", "a5", "b5");
  }

  @Test
  void aPreviewShowsTheCanvasDuringItsStepAndNotLater() throws Exception {
    Generator generator = addTinyModel();
    List<Media> previews = new ArrayList<>();
    List<Integer> expected = new ArrayList<>();
    AtomicReference<Supplier<Media>> kept = new AtomicReference<>();
    GenerationResult result =
        generator
            .start(
                request(1),
                event -> {
                  assertThat(engine.onEngineThread()).isTrue();
                  previews.add(event.preview().get());
                  expected.add(event.expectedSteps());
                  kept.set(event.preview());
                })
            .result()
            .get(60, TimeUnit.SECONDS);
    assertThat(previews).hasSize(SLOTS).last().isEqualTo(result.media());
    assertThat(expected).containsOnly(SLOTS);
    assertThatThrownBy(() -> kept.get().get()).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void waitingOnTheEnginesThreadIsRefused() throws Exception {
    Generator generator = addTinyModel();
    assertThat(catchThrowable(() -> engine.call(() -> generator.generate(request(1)))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("use start there");
  }

  @Test
  void weightsThatAreNotWhatTheyShouldBeAreRefused() throws Exception {
    addPartsBut("");
    String wrong = "0".repeat(64);
    addModel("tiny", descriptor("tiny", wrong));
    Generator generator = models.generator("tiny");
    String message =
        "model.tiny 1.0.0: w/all.safetensors: expected the SHA-256 "
            + wrong
            + ", found "
            + sha256(weights);
    assertThatThrownBy(() -> generator.generate(request(1))).hasMessage(message);
    ModelStatus status = models.model("tiny");
    assertThat(status.state()).isEqualTo(State.FAILED);
    assertThat(status.reason()).isEqualTo("tiny: " + message);
    assertThat(weightFolder().resolve(wrong)).isEmptyDirectory();
  }

  @Test
  void weightsThatAreNotThereAreRefused() throws Exception {
    addPartsBut("");
    String other = "1".repeat(64);
    addModel("tiny", descriptor("tiny", other).replace("w/all.safetensors", "w/none.safetensors"));
    assertThatThrownBy(() -> models.generator("tiny").generate(request(1)))
        .hasMessage(
            "model.tiny 1.0.0: w/none.safetensors: expected a file in the bundle, found none");
  }

  @Test
  void aPartThatNeedsWeightsAndIsGivenNoneIsRefused() throws Exception {
    addPartsBut("");
    addModel(
        "tiny",
        descriptor("tiny", sha256(weights))
            .replace(
                "\"weights\": \"w/all.safetensors\", \"prefix\": \"head.\"", "\"config\": {}"));
    assertThatThrownBy(() -> models.generator("tiny").generate(request(1)))
        .hasMessage("head linear: weights: expected a file with its 1 weights, found none");
  }

  private static Path weightFolder() {
    return framework.runtime().getDataFile("weights").toPath();
  }

  @Test
  void copiedWeightsAreUsedAgainUnlessTheyAreSpoiled() throws Exception {
    addTinyModel().generate(request(1));
    Path copy = weightFolder().resolve(sha256(weights)).resolve("all.safetensors");
    assertThat(copy).hasBinaryContent(weights);

    // A new start of the runtime finds the file as it was left: whole, or spoiled.
    for (byte[] left : List.of(weights, new byte[] {1, 2, 3})) {
      framework.runtime().stop();
      Files.write(copy, left);
      framework.runtime().start();
      models = framework.service(Models.class);
      models.generator("tiny").generate(request(1));
      assertThat(copy).hasBinaryContent(weights);
      try (var files = Files.list(copy.getParent())) {
        assertThat(files).containsExactly(copy);
      }
    }
  }

  @Test
  void aRuntimeThatStopsEndsItsRequestsWithAReason() throws Exception {
    Generator generator = addTinyModel();
    AtomicReference<CompletableFuture<Void>> stopped = new AtomicReference<>();
    Generation generation =
        generator.start(
            request(1),
            event -> {
              if (event.step().index() == 0) {
                stopped.set(
                    CompletableFuture.runAsync(
                        () -> {
                          try {
                            framework.runtime().stop();
                          } catch (BundleException e) {
                            throw new UncheckedIOException(new IOException(e));
                          }
                        }));
                // Requests are told before the generators go.
                while (isPublished()) {
                  Thread.onSpinWait();
                }
              }
            });
    assertThat(failure(generation))
        .isInstanceOf(SeriatimException.class)
        .hasMessage("tiny: the runtime was stopped while it generated");
    stopped.get().get(60, TimeUnit.SECONDS);
    assertThat(tiny.closed).hasValue(6);
    assertThat(engine.memory()).isEqualTo(before);
    framework.runtime().start();
    models = framework.service(Models.class);
    models.generator("tiny").generate(request(1));
  }

  private static boolean isPublished() {
    return framework.context().getServiceReference(Generator.class) != null;
  }

  @Test
  void aDescriptorThatIsRefusedIsShownWithItsModel() throws Exception {
    addModel("tiny", "{\"name\": \"tiny\"}");
    ModelStatus status = models.model("tiny");
    assertThat(status.state()).isEqualTo(State.FAILED);
    assertThat(status.reason())
        .isEqualTo(
            "model.tiny 1.0.0: model.json: version: expected a version such as \"1.0.0\", found"
                + " nothing");
    assertThatThrownBy(() -> models.generator("tiny")).isInstanceOf(ModelNotWiredException.class);
    framework.addModel("empty", List.of(), Map.of());
    assertThat(models.why("empty"))
        .isEqualTo("model.empty 1.0.0: model.json: expected the file in the bundle, found none");
    framework.addModel(
        "other", List.of(), Map.of("model.json", Jars.utf8(descriptor("tiny", sha256(weights)))));
    assertThat(models.why("other"))
        .isEqualTo(
            "model.other 1.0.0: model.json: name: expected other as in the manifest, found tiny");
  }

  @Test
  void unknownNamesAreRefusedWithTheNearest() throws Exception {
    addTinyModel();
    assertThatThrownBy(() -> models.model("tine"))
        .hasMessage("There is no model named 'tine'; there are tiny (nearest: tiny)");
    assertThatThrownBy(() -> models.why("bigrams"))
        .hasMessageStartingWith("There is no model or part named 'bigrams'; there are ")
        .hasMessageEndingWith("(nearest: bigram)");
  }

  @Test
  void partsAreListedAndExplained() throws Exception {
    addTinyModel();
    framework.installPart("head", "asleep", "1.0.0");
    assertThat(models.parts())
        .extracting(part -> part.kind() + " " + part.id())
        .containsExactly(
            "backbone bigram",
            "guide away",
            "guide warm",
            "head linear",
            "scheduler one-by-one",
            "tokenizer grey");
    assertThat(models.why("linear"))
        .isEqualTo("head linear 1.0.0 (part.linear.1.0.0 1.0.0) is there, used by tiny");
    assertThat(models.why("asleep"))
        .isEqualTo(
            "head asleep 1.0.0 is not there, because bundle part.asleep.1.0.0 1.0.0 that provides"
                + " it is not started");
  }

  @Test
  void aPartOfAnUnwiredModelIsLentAlone() throws Exception {
    addPartsBut("linear");
    addModel("tiny");
    PartLender lender = framework.service(PartLender.class);
    try (PartLease<Tokenizer> lease = lender.lend("tiny", "tokenizer", Tokenizer.class)) {
      assertThat(tiny.built).hasValue(1);
      assertThat(lease.description().id()).isEqualTo("grey");
      Images images = new Images(1, 1, 2, 3, new float[] {0, 1, 0, 1, 0, 1});
      Canvas canvas =
          engine.call(
              () -> {
                try (var scope = engine.scope("test")) {
                  return lease.part().encode(images, scope.manager());
                }
              });
      assertThat(canvas.ids()).containsExactly(0, 3, 0, 3, 0, 3);
    }
    engine.call(() -> null); // a part is closed on the engine's thread, after its lease
    assertThat(tiny.closed).hasValue(1);
    try (PartLease<Backbone> lease = lender.lend("tiny", "backbone", Backbone.class)) {
      assertThat(lease.part().width()).isEqualTo(5);
      assertThat(tiny.built).hasValue(2);
    }
    assertThatThrownBy(() -> lender.lend("tiny", "head", dev.seriatim.api.part.Head.class))
        .isInstanceOf(ModelNotWiredException.class)
        .hasMessage("tiny needs head linear [1.0,2), which is not installed");
    assertThatThrownBy(() -> lender.lend("tiny", "classifier", Classifier.class))
        .hasMessage(
            "tiny: part: expected one of tokenizer, backbone, head, scheduler, guide:warm,"
                + " guide:away, found classifier");
    assertThatThrownBy(() -> lender.lend("tiny", "tokenizer", Backbone.class))
        .hasMessageStartingWith("tokenizer grey: type: expected Backbone, found ");
  }

  @Test
  void aPartOfAWiredModelIsSharedWithItsGenerator() throws Exception {
    Generator generator = addTinyModel();
    PartLender lender = framework.service(PartLender.class);
    PartLease<Backbone> lease = lender.lend("tiny", "backbone", Backbone.class);
    assertThat(tiny.built).hasValue(1);
    assertThat(models.model("tiny").state()).isEqualTo(State.READY);
    assertThatThrownBy(() -> lender.lend("tiny", "head", Backbone.class))
        .hasMessageStartingWith("head linear: type: expected Backbone, found ");
    assertThat(models.model("tiny").state()).isEqualTo(State.READY);
    generator.generate(request(1));
    assertThat(tiny.built).hasValue(6);
    try (PartLease<Backbone> second = lender.lend("tiny", "backbone", Backbone.class)) {
      assertThat(second.part()).isSameAs(lease.part());
    }
    lease.close();
    lease.close();
    assertThat(tiny.closed).hasValue(0);
  }

  @Test
  void aJudgeLendsItsClassifierAndGeneratesNothing() throws Exception {
    addPart("classifier", "brightness", "1.0.0");
    framework.addModel(
        "judge",
        List.of(),
        Map.of(
            "model.json",
            Jars.utf8(
                """
                {"name": "judge", "version": "1.0.0",
                 "parts": {"classifier": {"id": "brightness", "version": "1.0"}},
                 "weights": {"reference.safetensors": "%s"}}"""
                    .formatted(sha256(weights))),
            "reference.safetensors",
            weights));
    assertThat(models.model("judge").state()).isEqualTo(State.READY);
    assertThatThrownBy(() -> models.generator("judge"))
        .isInstanceOf(SeriatimException.class)
        .hasMessage(
            "judge cannot generate: expected the parts tokenizer, backbone, head, scheduler, found"
                + " classifier");
    PartLender lender = framework.service(PartLender.class);
    try (PartLease<Classifier> lease = lender.lend("judge", "classifier", Classifier.class)) {
      assertThat(lease.part().imageShape()).isEqualTo(new Shape(1, 2, 3));
      assertThat(models.model("judge").state()).isEqualTo(State.WIRED);
    }
    try (Checkpoint reference = lender.open("judge", "reference.safetensors")) {
      assertThat(reference.tensors()).containsOnlyKeys("backbone.table", "head.output");
    }
    assertThatThrownBy(() -> lender.open("judge", "../secret"))
        .hasMessage("judge: weights: expected one of reference.safetensors, found ../secret");
  }

  @Test
  void aModelWhosePartIsMisconfiguredSaysSo() throws Exception {
    addPartsBut("");
    addModel("tiny", descriptor("tiny", sha256(weights)).replace("\"width\": 5", "\"width\": 0"));
    assertUnwired("tiny: backbone bigram: width: expected at least 1, found 0");
  }

  @Test
  void manyRequestsLeaveNothing() throws Exception {
    Generator generator = addTinyModel();
    generator.generate(request(1));
    MemoryUse loaded = settledMemory();
    for (int i = 0; i < 200; i++) {
      generator.generate(request(1).withSeed(i));
    }
    assertThat(settledMemory()).isEqualTo(loaded);
    assertThat(generatorsRun()).isFalse();
  }
}
