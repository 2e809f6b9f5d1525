package dev.seriatim.engine.pytorch.internal;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.engine.KernelSource;
import dev.seriatim.api.engine.MemoryUse;
import dev.seriatim.api.engine.Precision;
import dev.seriatim.api.engine.RandomStreams;
import dev.seriatim.api.engine.Scope;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.api.weights.Parameter;
import dev.seriatim.api.weights.Weights;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/** The engine service: brings calls to the engine's thread, or refuses them elsewhere. */
@Component(service = Engine.class, configurationPid = "dev.seriatim.engine", immediate = true)
public final class PyTorchEngine implements Engine, AutoCloseable {
  private final EngineSettings settings;
  private final EngineThread thread;
  private final EngineCore core;

  /**
   * Starts DJL and libtorch, which takes about a second.
   *
   * @param configuration of the component
   * @param context whose framework properties {@code seriatim.engine.device}, {@code
   *     seriatim.engine.precision} and {@code seriatim.engine.threads} come before it: what the
   *     host application says
   */
  @Activate
  public PyTorchEngine(EngineConfiguration configuration, BundleContext context) {
    this(EngineSettings.of(configuration, context::getProperty));
  }

  /** An engine outside of a framework, for tests: on the CPU in single precision. */
  public PyTorchEngine() {
    this(new EngineSettings(Device.cpu(), Precision.FP32, 0, true));
  }

  PyTorchEngine(EngineSettings settings) {
    this.settings = settings;
    this.thread = new EngineThread(settings.deviceName());
    boolean started = false;
    try {
      core = thread.ask(() -> new EngineCore(thread, settings));
      started = true;
    } finally {
      if (!started) {
        thread.close();
      }
    }
  }

  /** Stops the thread and frees all native memory of this engine. */
  @Override
  @Deactivate
  public void close() {
    if (thread.isStopped()) {
      return;
    }
    try {
      thread.ask(
          () -> {
            core.close();
            return null;
          });
    } finally {
      thread.close();
    }
  }

  @Override
  public Device device() {
    return settings.device();
  }

  @Override
  public Precision precision() {
    return settings.precision();
  }

  @Override
  public String description() {
    return core.description();
  }

  @Override
  public <T> T call(Callable<T> task) throws Exception {
    return thread.call(task);
  }

  @Override
  public <T> CompletableFuture<T> submit(Callable<T> task) {
    return thread.submit(task);
  }

  @Override
  public boolean onEngineThread() {
    return thread.isCurrent();
  }

  @Override
  public Scope scope(String name) {
    thread.check();
    return core.scope(name);
  }

  @Override
  public MemoryUse memory() {
    return thread.ask(core::memory);
  }

  @Override
  public Map<String, MemoryUse> memoryByScope() {
    return thread.ask(core::memoryByScope);
  }

  @Override
  public Kernel kernel(KernelSource source, Map<String, ?> constants, Weights weights) {
    thread.check();
    return core.kernel(source, constants, weights);
  }

  @Override
  public Weights load(Checkpoint checkpoint, String prefix, List<Parameter> parameters) {
    thread.check();
    return core.load(checkpoint, prefix, parameters);
  }

  @Override
  public Weights initialise(List<Parameter> parameters, long seed) {
    thread.check();
    return core.initialise(parameters, seed);
  }

  @Override
  public NDList differentiate(Weights weights, Scope scope, Supplier<NDArray> loss) {
    thread.check();
    return core.differentiate(weights, scope.manager(), loss);
  }

  @Override
  public RandomStreams random(long seed, long... samples) {
    return new PhiloxStreams(seed, samples);
  }
}
