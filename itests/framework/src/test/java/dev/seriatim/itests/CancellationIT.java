package dev.seriatim.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.engine.MemoryUse;
import dev.seriatim.api.generation.Generation;
import dev.seriatim.api.generation.GenerationListener;
import dev.seriatim.api.generation.GenerationRequest;
import dev.seriatim.api.generation.GenerationResult;
import dev.seriatim.api.generation.Generator;
import dev.seriatim.api.media.Images;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.BackboneContext;
import dev.seriatim.api.part.ContextRequest;
import dev.seriatim.api.part.Draw;
import dev.seriatim.api.part.Hidden;
import dev.seriatim.api.part.Lesson;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.Step;
import dev.seriatim.launcher.Seriatim;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.framework.ServiceRegistration;

/** Requests end at every step, in every way, and free what they held; others go on as they were. */
class CancellationIT {
  private static Seriatim seriatim;
  private static Generator generator;
  private static Systems.Output undisturbed;

  private MemoryUse before;

  @BeforeAll
  static void start() {
    seriatim = Systems.tiny();
    generator = seriatim.generator(TinyModel.NAME);
    undisturbed = Systems.draw(seriatim, TinyModel.NAME, 2, 1);
  }

  @AfterAll
  static void stop() {
    seriatim.close();
  }

  @BeforeEach
  void remember() {
    before = Systems.memory(seriatim);
  }

  @AfterEach
  void memoryIsBackAndOthersAreUndisturbed() {
    assertThat(seriatim.engine().memoryByScope()).containsOnlyKeys("weights");
    assertThat(Systems.draw(seriatim, TinyModel.NAME, 2, 1)).isEqualTo(undisturbed);
    assertThat(Systems.memory(seriatim)).isEqualTo(before);
  }

  static IntStream steps() {
    return IntStream.rangeClosed(1, TinyModel.STEPS);
  }

  @ParameterizedTest(name = "after step {0}")
  @MethodSource("steps")
  void endsWithinOneStepOfItsCancellation(int last) throws Exception {
    AtomicInteger steps = new AtomicInteger();
    AtomicReference<Generation> generation = new AtomicReference<>();
    // On the engine's thread, so that no step is done before the generation is known.
    seriatim
        .engine()
        .call(
            () -> {
              generation.set(
                  begin(
                      event -> {
                        if (steps.incrementAndGet() == last) {
                          generation.get().cancel();
                        }
                      }));
              return null;
            });
    assertThat(failure(generation.get())).isInstanceOf(CancellationException.class);
    assertThat(steps).hasValue(last);
  }

  @Test
  void endsBeforeItsFirstStep() throws Exception {
    AtomicInteger steps = new AtomicInteger();
    Generation generation =
        seriatim
            .engine()
            .call(
                () -> {
                  Generation begun = begin(event -> steps.incrementAndGet());
                  begun.cancel();
                  return begun;
                });
    assertThat(failure(generation)).isInstanceOf(CancellationException.class);
    assertThat(steps).hasValue(0);
  }

  @Test
  void cancellationAfterTheEndDoesNothing() throws Exception {
    Generation generation = begin(GenerationListener.NONE);
    GenerationResult result = generation.result().get();
    generation.cancel();
    assertThat(Systems.Output.of(result)).isEqualTo(undisturbed);
    assertThat(generation.result()).isCompletedWithValue(result);
  }

  @Test
  void aFutureThatIsCancelledEndsTheGeneration() throws Exception {
    AtomicInteger steps = new AtomicInteger();
    AtomicReference<Generation> generation = new AtomicReference<>();
    seriatim
        .engine()
        .call(
            () -> {
              generation.set(
                  begin(
                      event -> {
                        steps.incrementAndGet();
                        generation.get().result().cancel(true);
                      }));
              return null;
            });
    assertThat(generation.get().result().handle((result, problem) -> problem).get())
        .isInstanceOf(CancellationException.class);
    // What the generation held is freed by the task after the one that cancelled it.
    seriatim.engine().call(() -> null);
    assertThat(steps).hasValue(1);
  }

  @Test
  void aListenerThatThrowsEndsItsOwnGeneration() throws Exception {
    Throwable failure =
        failure(
            begin(
                event -> {
                  if (event.step().slots().slot(0, 0) == 3) {
                    event.preview().get();
                    throw new IllegalStateException("no more paper");
                  }
                }));
    assertThat(failure)
        .isInstanceOf(SeriatimException.class)
        .hasMessageContaining("listener")
        .hasMessageContaining("step 3")
        .hasMessageContaining("no more paper")
        .hasRootCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void previewsAreFreed() throws Exception {
    AtomicInteger previews = new AtomicInteger();
    AtomicReference<GenerationListener.StepEvent> kept = new AtomicReference<>();
    GenerationResult result =
        begin(
                event -> {
                  Images preview = (Images) event.preview().get();
                  previews.addAndGet(preview.samples());
                  kept.set(event);
                })
            .result()
            .get();
    assertThat(previews).hasValue(2 * TinyModel.STEPS);
    assertThat(Systems.Output.of(result)).isEqualTo(undisturbed);
    assertThat(catchThrowable(() -> kept.get().preview().get()))
        .isInstanceOf(IllegalStateException.class);
  }

  @ParameterizedTest(name = "at step {0}")
  @ValueSource(ints = {0, 1, 7, TinyModel.STEPS - 1})
  void aBackboneThatThrowsEndsTheRequestAndNoMore(int step) throws Exception {
    AtomicInteger opened = new AtomicInteger();
    AtomicInteger closed = new AtomicInteger();
    ServiceRegistration<?> part =
        TestParts.<Backbone>publish(
            seriatim,
            "backbone",
            "transformer.causal",
            real -> new Failing(real, step, opened, closed));
    try {
      for (int attempt = 1; attempt <= 2; attempt++) {
        assertThat(failure(begin(GenerationListener.NONE)))
            .isInstanceOf(SeriatimException.class)
            .hasMessageContaining("out of ink at step " + step);
        assertThat(opened).hasValue(attempt);
        assertThat(closed).hasValue(attempt);
        assertThat(Systems.memory(seriatim)).isEqualTo(before);
      }
    } finally {
      part.unregister();
    }
  }

  @Test
  void aPartsOwnRefusalIsPassedOnAsItIs() throws Exception {
    ServiceRegistration<?> part =
        TestParts.<Backbone>publish(
            seriatim, "backbone", "transformer.causal", real -> new Refusing(real));
    try {
      assertThat(failure(begin(GenerationListener.NONE)))
          .isInstanceOf(PartException.class)
          .hasMessage("transformer.causal: condition: expected another, found this");
    } finally {
      part.unregister();
    }
  }

  @Test
  void conditionsThatTheModelDoesNotKnowAreRefusedBeforeAnyWork() throws Exception {
    Generation generation =
        generator.start(GenerationRequest.of(new Condition.Label(3), 1), GenerationListener.NONE);
    assertThat(generation.result()).isCompletedExceptionally();
    assertThat(failure(generation)).isInstanceOf(SeriatimException.class).hasMessageContaining("3");
  }

  private static Generation begin(GenerationListener listener) {
    return generator.start(Systems.request(generator, 2, 1), listener);
  }

  private static Throwable failure(Generation generation) throws InterruptedException {
    try {
      generation.result().get();
      throw new AssertionError("Expected the generation to fail");
    } catch (ExecutionException e) {
      return e.getCause();
    } catch (CancellationException e) {
      return e;
    }
  }

  /** A backbone whose contexts throw at a step. */
  private record Failing(Backbone real, int step, AtomicInteger opened, AtomicInteger closed)
      implements Backbone {
    @Override
    public int width() {
      return real.width();
    }

    @Override
    public BackboneContext open(ContextRequest request) {
      BackboneContext context = real.open(request);
      opened.incrementAndGet();
      return new FailingContext(context, step, closed);
    }

    @Override
    public NDArray teach(Lesson lesson) {
      return real.teach(lesson);
    }

    @Override
    public void close() {
      real.close();
    }
  }

  private record FailingContext(BackboneContext real, int step, AtomicInteger closed)
      implements BackboneContext {
    @Override
    public Hidden forward(Step now, Canvas canvas, NDManager scope) {
      Hidden hidden = real.forward(now, canvas, scope);
      if (now.slots().slot(0, 0) == step) {
        throw new IllegalStateException("out of ink at step " + step);
      }
      return hidden;
    }

    @Override
    public void advance(Step now, Draw draw, Canvas canvas) {
      real.advance(now, draw, canvas);
    }

    @Override
    public void rollback(List<int[]> withdrawn) {
      real.rollback(withdrawn);
    }

    @Override
    public BackboneContext fork(NDManager scope) {
      return new FailingContext(real.fork(scope), step, closed);
    }

    @Override
    public void close() {
      closed.incrementAndGet();
      real.close();
    }
  }

  /** A backbone that opens no context. */
  private record Refusing(Backbone real) implements Backbone {
    @Override
    public int width() {
      return real.width();
    }

    @Override
    public BackboneContext open(ContextRequest request) {
      real.open(request);
      throw PartException.of("transformer.causal", "condition", "another", "this");
    }

    @Override
    public NDArray teach(Lesson lesson) {
      return real.teach(lesson);
    }

    @Override
    public void close() {
      real.close();
    }
  }
}
