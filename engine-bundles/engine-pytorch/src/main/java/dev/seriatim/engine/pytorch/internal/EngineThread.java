package dev.seriatim.engine.pytorch.internal;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The one thread that calls libtorch for a device. A second thread that has once run a parallel
 * operation keeps OpenMP workers of its own, and then every operation is two to three times slower.
 */
final class EngineThread implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(EngineThread.class.getName());
  private static final long STOP_SECONDS = 30;

  private final String name;
  private final ExecutorService executor;
  private volatile Thread thread;
  private volatile boolean stopped;

  EngineThread(String device) {
    name = "seriatim-engine-" + device;
    executor =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread created = new Thread(task, name);
              created.setDaemon(true);
              thread = created;
              return created;
            });
  }

  boolean isCurrent() {
    return Thread.currentThread() == thread;
  }

  boolean isStopped() {
    return stopped;
  }

  /** Refuses callers on other threads. */
  void check() {
    if (!isCurrent()) {
      throw new IllegalStateException(
          "Engine calls run on the thread "
              + name
              + ", not on "
              + Thread.currentThread().getName()
              + ": use Engine.call or Engine.submit");
    }
  }

  <T> CompletableFuture<T> submit(Callable<T> task) {
    CompletableFuture<T> result = new CompletableFuture<>();
    try {
      executor.execute(() -> run(task, result));
    } catch (RejectedExecutionException e) {
      result.completeExceptionally(stoppedError(e));
    }
    return result;
  }

  private <T> void run(Callable<T> task, CompletableFuture<T> result) {
    if (stopped) {
      result.completeExceptionally(stoppedError(null));
    }
    if (result.isDone()) {
      return;
    }
    try {
      result.complete(task.call());
    } catch (Throwable e) { // errors too belong to the one who waits
      result.completeExceptionally(e);
    }
  }

  private IllegalStateException stoppedError(Throwable cause) {
    return new IllegalStateException("The engine of the thread " + name + " is stopped", cause);
  }

  <T> T call(Callable<T> task) throws Exception {
    if (isCurrent()) {
      return task.call();
    }
    CompletableFuture<T> result = submit(task);
    try {
      return result.get();
    } catch (InterruptedException e) {
      result.cancel(false);
      throw e;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw e;
    }
  }

  /** {@link #call} for a task without checked exceptions. */
  <T> T ask(Supplier<T> task) {
    try {
      return call(task::get);
    } catch (RuntimeException e) {
      throw e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting for the engine", e);
    } catch (Exception e) {
      throw new IllegalStateException("A task that throws no checked exception did", e);
    }
  }

  /** Ends the thread after the running task; tasks that still wait fail. */
  @Override
  public void close() {
    stopped = true;
    executor.shutdown();
    if (isCurrent()) {
      return;
    }
    try {
      if (!executor.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
        LOG.log(
            System.Logger.Level.WARNING,
            "The thread {0} is still busy after {1} seconds; it ends with its task",
            name,
            STOP_SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
