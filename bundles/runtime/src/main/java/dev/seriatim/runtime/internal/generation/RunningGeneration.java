package dev.seriatim.runtime.internal.generation;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.engine.Scope;
import dev.seriatim.api.generation.Generation;
import dev.seriatim.api.generation.GenerationListener;
import dev.seriatim.api.generation.GenerationListener.StepEvent;
import dev.seriatim.api.generation.GenerationRequest;
import dev.seriatim.api.generation.GenerationResult;
import dev.seriatim.api.generation.GenerationResult.Statistics;
import dev.seriatim.api.generation.Loop;
import dev.seriatim.api.generation.LoopRun;
import dev.seriatim.api.generation.Manifest;
import dev.seriatim.api.media.Media;
import dev.seriatim.api.model.ModelDescriptor;
import dev.seriatim.api.part.Step;
import dev.seriatim.api.part.Tokenizer;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A request on the engine's queue. Each step is a task of its own, so that requests interleave;
 * between two of them the request may be ended. Whatever its end, all that it held is freed before
 * the result says so.
 */
final class RunningGeneration implements Generation {
  private final ModelDescriptor model;
  private final GenerationRequest request;
  private final GenerationListener listener;
  private final RequestParts parts;
  private final Engine engine;
  private final Loop loop;
  private final CompletableFuture<GenerationResult> result = new CompletableFuture<>();
  private final AtomicReference<RuntimeException> ending = new AtomicReference<>();

  // What follows is touched on the engine's thread alone.
  private Scope scope;
  private Tokenizer tokenizer;
  private LoopRun run;
  private int steps;
  private long began;
  private long inLoop;
  private long peakBytes;

  /**
   * @param parts closed by this in every ending
   */
  RunningGeneration(
      ModelDescriptor model,
      GenerationRequest request,
      GenerationListener listener,
      RequestParts parts,
      Engine engine,
      Loop loop) {
    this.model = model;
    this.request = request;
    this.listener = listener;
    this.parts = parts;
    this.engine = engine;
    this.loop = loop;
  }

  @Override
  public CompletableFuture<GenerationResult> result() {
    return result;
  }

  @Override
  public void cancel() {
    end(new CancellationException("The generation of " + model.name() + " was cancelled"));
  }

  /** Ends the request between two steps; its result says why. Any thread. */
  void end(RuntimeException reason) {
    ending.compareAndSet(null, reason);
  }

  /** Puts the first task on the queue. */
  void begin() {
    enqueue(this::open);
  }

  private void open() {
    began = System.nanoTime();
    Loop.Parts built = parts.build();
    tokenizer = built.tokenizer();
    scope = engine.scope("request " + model.name());
    run = loop.open(built, request, scope);
    enqueue(this::turn);
  }

  private void turn() {
    long before = System.nanoTime();
    Step step = run.step();
    inLoop += System.nanoTime() - before;
    if (step == null) {
      succeed();
      return;
    }
    steps++;
    peakBytes = Math.max(peakBytes, scope.use().bytes());
    tell(step);
    enqueue(this::turn);
  }

  private void tell(Step step) {
    try (Preview preview = new Preview()) {
      listener.onStep(new StepEvent(step, run.canvas(), run.expectedSteps(), preview::decode));
    } catch (SeriatimException | CancellationException e) {
      throw e;
    } catch (Exception e) {
      throw new SeriatimException(
          "The listener of " + model.name() + " failed at step " + (steps - 1) + ": " + e, e);
    }
  }

  private void succeed() {
    Canvas canvas = run.canvas();
    Media media = tokenizer.decode(canvas, scope.manager());
    GenerationResult finished =
        new GenerationResult(media, canvas, manifest(canvas), statistics(System.nanoTime()));
    free();
    result.complete(finished);
  }

  private Manifest manifest(Canvas canvas) {
    return new Manifest(
        model.name(),
        model.version(),
        parts.uses(),
        model.weights(),
        engine.description(),
        request.conditions().stream()
            .map(condition -> RequestCheck.written(condition, model.conditions()))
            .toList(),
        request.seed(),
        request.firstSample(),
        request.mode(),
        CanvasHash.of(canvas));
  }

  private Statistics statistics(long now) {
    return new Statistics(steps, (now - began) * 1e-9, inLoop * 1e-9, peakBytes);
  }

  private void enqueue(Runnable task) {
    engine
        .submit(
            () -> {
              runOrFail(task);
              return null;
            })
        .whenComplete(
            (nothing, refused) -> {
              if (refused != null) {
                // The engine has ended: it took the task no more, and freed all scopes.
                parts.close();
                result.completeExceptionally(failure(refused));
              }
            });
  }

  private void runOrFail(Runnable task) {
    try {
      if (result.isDone()) { // the caller cancelled or completed the future itself
        cancel();
      }
      if (ending.get() != null) {
        throw ending.get();
      }
      task.run();
    } catch (Throwable e) {
      fail(e);
    }
  }

  private void fail(Throwable reason) {
    Throwable told = failure(reason);
    try {
      free();
    } catch (RuntimeException e) {
      told.addSuppressed(e);
    }
    result.completeExceptionally(told);
  }

  private Throwable failure(Throwable reason) {
    if (reason instanceof SeriatimException || reason instanceof CancellationException) {
      return reason;
    }
    return new SeriatimException(
        model.name() + " failed after " + steps + " steps: " + reason, reason);
  }

  /** From the last to the first, each even when another throws; those not opened are null. */
  private void free() {
    try {
      if (run != null) {
        run.close();
      }
    } finally {
      try {
        if (scope != null) {
          scope.close();
        }
      } finally {
        parts.close();
      }
    }
  }

  /** Decodes the canvas while a listener is told of a step, and not later. */
  private final class Preview implements AutoCloseable {
    private Scope own;
    private boolean over;

    Media decode() {
      if (over || !engine.onEngineThread()) {
        throw new IllegalStateException("A preview is decoded during the event, on its thread");
      }
      if (own == null) {
        own = scope.child("preview");
      }
      return tokenizer.decode(run.canvas(), own.manager());
    }

    @Override
    public void close() {
      over = true;
      if (own != null) {
        own.close();
      }
    }
  }
}
