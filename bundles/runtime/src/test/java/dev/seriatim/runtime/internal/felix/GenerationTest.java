package dev.seriatim.runtime.internal.felix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.engine.MemoryUse;
import dev.seriatim.api.generation.Generation;
import dev.seriatim.api.generation.GenerationListener;
import dev.seriatim.api.generation.GenerationRequest;
import dev.seriatim.api.generation.GenerationResult;
import dev.seriatim.api.generation.Generator;
import dev.seriatim.api.generation.Manifest.PartUse;
import dev.seriatim.api.generation.PartChoice;
import dev.seriatim.api.media.Images;
import dev.seriatim.api.media.Media;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.model.ModelStatus.State;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;

/** Requests to a model: what comes out, what is refused, how they end. */
class GenerationTest extends TinyModel {
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
  void aDraftHasAWidthOfItsOwn() throws Exception {
    addPartsBut("");
    String draft =
        """
        "draft-head": {"id": "linear", "version": "[1.0,2)",
          "weights": "w/all.safetensors", "prefix": "draft-head."},
        "draft-backbone": {"id": "bigram", "version": "[1.0,2)", "config": {"width": 3},
          "weights": "w/all.safetensors", "prefix": "draft-backbone."},
        "scheduler"\
        """;
    String descriptor = descriptor("tiny", sha256(weights));
    addModel("tiny", descriptor.replace("\"scheduler\"", draft));
    GenerationResult result = models.generator("tiny").generate(request(1));
    assertThat(result.manifest().parts())
        .extracting(PartUse::kind)
        .containsExactly(
            "tokenizer", "backbone", "head", "backbone", "head", "scheduler", "guide", "guide");
    assertThat(result.manifest().parts().get(3).config()).isEqualTo(Map.of("width", 3L));
    assertThat(models.model("tiny").state()).isEqualTo(State.WIRED);
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
