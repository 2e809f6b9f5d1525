package dev.seriatim.runtime.internal.generation;

import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.engine.RandomStreams;
import dev.seriatim.api.engine.Scope;
import dev.seriatim.api.generation.GenerationRequest;
import dev.seriatim.api.generation.Loop;
import dev.seriatim.api.generation.LoopRun;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Opens runs of the one loop; the loop itself is {@link StepwiseRun#step()}. */
@Component
public final class GenerationLoop implements Loop {
  private final Engine engine;

  /** Made by Declarative Services. */
  @Activate
  public GenerationLoop(@Reference Engine engine) {
    this.engine = engine;
  }

  @Override
  public LoopRun open(Parts parts, GenerationRequest request, Scope scope) {
    long[] samples = new long[request.conditions().size()];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = request.firstSample() + i;
    }
    return open(parts, request, engine.random(request.seed(), samples), scope);
  }

  @Override
  public LoopRun open(Parts parts, GenerationRequest request, RandomStreams random, Scope scope) {
    Scope own = scope.child("run");
    try {
      return new StepwiseRun(parts, request, random, own, true);
    } catch (Throwable e) {
      own.close();
      throw e;
    }
  }
}
