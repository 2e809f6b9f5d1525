package dev.seriatim.evaluation.internal;

import dev.seriatim.api.engine.Engine;
import java.util.ServiceLoader;

/** For tests that need an engine: one for the JVM. */
abstract class OnEngine {
  private static final Engine ENGINE = ServiceLoader.load(Engine.class).findFirst().orElseThrow();

  Engine engine() {
    return ENGINE;
  }

  interface Work {
    void run() throws Exception;
  }

  void onEngine(Work work) throws Exception {
    ENGINE.call(
        () -> {
          work.run();
          return null;
        });
  }
}
