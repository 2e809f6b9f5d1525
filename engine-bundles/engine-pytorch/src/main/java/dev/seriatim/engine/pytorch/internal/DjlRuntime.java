package dev.seriatim.engine.pytorch.internal;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;

/** Starts DJL and libtorch for the current thread, without telemetry and quietly. */
final class DjlRuntime {
  private final Engine engine;

  private DjlRuntime(Engine engine) {
    this.engine = engine;
  }

  /**
   * Must run on the engine's thread: gradient mode, graph optimizer and OpenMP are per thread.
   *
   * @param threads for operations, or 0 for libtorch's own choice
   */
  static DjlRuntime start(int threads) {
    // DJL's static initialiser reports home unless told not to.
    setDefault("OPT_OUT_TRACKING", "true");
    setDefault("org.slf4j.simpleLogger.log.ai.djl", "error");
    // The only place that sets it. DJL finds its engines and natives through this loader; in a
    // framework its classes and natives are the launcher's. (The literal does not initialise.)
    Thread.currentThread().setContextClassLoader(Engine.class.getClassLoader());
    Engine engine = Engine.getEngine("PyTorch");
    JniUtils.setGradMode(false);
    // The profiling executor makes the first calls of each kernel ten times slower and the later
    // ones no faster, and what it fuses depends on shapes seen before.
    JniUtils.setGraphExecutorOptimize(false);
    if (threads > 0) {
      JniUtils.setNumThreads(threads);
    }
    return new DjlRuntime(engine);
  }

  private static void setDefault(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  NDManager newManager(Device device) {
    return engine.newBaseManager(device);
  }

  String description(String device) {
    return "DJL " + Engine.getDjlVersion() + ", libtorch " + engine.getVersion() + ", " + device;
  }
}
