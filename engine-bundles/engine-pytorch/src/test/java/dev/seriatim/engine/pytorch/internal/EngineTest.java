package dev.seriatim.engine.pytorch.internal;

import dev.seriatim.api.engine.Engine;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** An engine for the tests of a class, and a way onto its thread. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class EngineTest {
  private PyTorchEngine engine;

  @BeforeAll
  final void start() {
    engine = new PyTorchEngine();
  }

  @AfterAll
  final void stop() {
    engine.close();
  }

  Engine engine() {
    return engine;
  }

  <T> T onEngine(Callable<T> task) throws Exception {
    return engine.call(task);
  }

  /** A task that may throw and gives nothing. */
  interface Action {
    void run() throws Exception;
  }

  void run(Action action) throws Exception {
    engine.call(
        () -> {
          action.run();
          return null;
        });
  }
}
