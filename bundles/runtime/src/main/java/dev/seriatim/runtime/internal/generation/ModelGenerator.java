package dev.seriatim.runtime.internal.generation;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.generation.Generation;
import dev.seriatim.api.generation.GenerationListener;
import dev.seriatim.api.generation.GenerationRequest;
import dev.seriatim.api.generation.GenerationResult;
import dev.seriatim.api.generation.Generator;
import dev.seriatim.api.generation.Loop;
import dev.seriatim.api.model.ModelDescriptor;
import dev.seriatim.runtime.internal.assembly.PartAssembler;
import dev.seriatim.runtime.internal.wiring.Lease;
import dev.seriatim.runtime.internal.wiring.WeightLoader;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

/** Generates with a model: each request on the wiring that is current when it starts. */
public final class ModelGenerator implements Generator {
  private final ModelDescriptor model;
  private final Supplier<Lease> wiring;
  private final PartAssembler assembler;
  private final WeightLoader loader;
  private final Engine engine;
  private final Loop loop;
  private final Set<RunningGeneration> running = ConcurrentHashMap.newKeySet();

  /**
   * @param wiring leases the model's wiring, or throws {@link
   *     dev.seriatim.api.model.ModelNotWiredException}
   */
  public ModelGenerator(
      ModelDescriptor model,
      Supplier<Lease> wiring,
      PartAssembler assembler,
      WeightLoader loader,
      Engine engine) {
    this.model = model;
    this.wiring = wiring;
    this.assembler = assembler;
    this.loader = loader;
    this.engine = engine;
    this.loop = new GenerationLoop(engine);
  }

  @Override
  public ModelDescriptor model() {
    return model;
  }

  @Override
  public Generation start(GenerationRequest request, GenerationListener listener) {
    RunningGeneration generation;
    try {
      RequestCheck.conditions(model.name(), model.conditions(), request);
      generation = new RunningGeneration(model, request, listener, parts(request), engine, loop);
    } catch (SeriatimException e) {
      return new Refused(CompletableFuture.failedFuture(e));
    }
    running.add(generation);
    generation.result().whenComplete((result, problem) -> running.remove(generation));
    generation.begin();
    return generation;
  }

  @Override
  public GenerationResult generate(GenerationRequest request) {
    if (engine.onEngineThread()) {
      throw new IllegalStateException(
          "generate waits for the engine's thread and would never end on it: use start there");
    }
    Generation generation = start(request, GenerationListener.NONE);
    try {
      return generation.result().get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof SeriatimException refused) {
        throw refused;
      }
      throw new SeriatimException(model.name() + " failed: " + e.getCause(), e.getCause());
    } catch (CancellationException e) {
      throw new SeriatimException("The generation of " + model.name() + " was cancelled", e);
    } catch (InterruptedException e) {
      generation.cancel();
      Thread.currentThread().interrupt();
      throw new SeriatimException("The wait for " + model.name() + " was interrupted", e);
    }
  }

  /** Ends all requests between two steps, with a reason. */
  public void end(String reason) {
    running.forEach(generation -> generation.end(new SeriatimException(reason)));
  }

  private RequestParts parts(GenerationRequest request) {
    Lease lease = wiring.get();
    try {
      RequestParts parts = new RequestParts(model, request, lease, assembler, loader, engine);
      RequestCheck.start(model.name(), parts.assembly().frame(), request.start());
      return parts;
    } catch (Throwable e) {
      lease.close();
      throw e;
    }
  }

  /** A request that was refused before any work. */
  private record Refused(CompletableFuture<GenerationResult> result) implements Generation {
    @Override
    public void cancel() {
      // It has ended already.
    }
  }
}
