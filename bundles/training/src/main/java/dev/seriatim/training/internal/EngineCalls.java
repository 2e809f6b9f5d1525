package dev.seriatim.training.internal;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.engine.Engine;
import java.util.concurrent.Callable;

/** Brings tasks to the engine's thread from code that declares no checked exception. */
record EngineCalls(Engine engine) {
  /** Runs a task there and waits. */
  <T> T call(Callable<T> task) {
    try {
      return engine.call(task);
    } catch (RuntimeException e) {
      throw e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SeriatimException("The run was interrupted while it waited for the engine", e);
    } catch (Exception e) {
      throw new SeriatimException("The engine failed: " + e, e);
    }
  }

  /** Runs a task there and waits. */
  void run(Runnable task) {
    call(
        () -> {
          task.run();
          return null;
        });
  }
}
