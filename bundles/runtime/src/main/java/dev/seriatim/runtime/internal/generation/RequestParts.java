package dev.seriatim.runtime.internal.generation;

import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.generation.GenerationRequest;
import dev.seriatim.api.generation.Loop;
import dev.seriatim.api.generation.Manifest.PartUse;
import dev.seriatim.api.generation.PartChoice;
import dev.seriatim.api.model.ModelDescriptor;
import dev.seriatim.api.model.PartDescription;
import dev.seriatim.api.model.PartReference;
import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.Guide;
import dev.seriatim.api.part.Head;
import dev.seriatim.api.part.Part;
import dev.seriatim.api.part.ProvidesPart;
import dev.seriatim.api.part.Scheduler;
import dev.seriatim.api.part.Tokenizer;
import dev.seriatim.runtime.internal.assembly.PartAssembler;
import dev.seriatim.runtime.internal.assembly.PartAssembly;
import dev.seriatim.runtime.internal.wiring.Lease;
import dev.seriatim.runtime.internal.wiring.WeightLoader;
import dev.seriatim.runtime.internal.wiring.Wiring;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The parts of one request: those of the model's wiring, on lease, and in the place of some or
 * beside them the request's own choices, which live as long as the request.
 */
final class RequestParts implements AutoCloseable {
  private final Lease lease;
  private final Map<String, PartReference> choices;
  private final PartAssembly assembly;
  private final Wiring own;

  /**
   * Finds the request's choices and checks that they fit the model. Nothing is built.
   *
   * @param lease closed with this
   * @throws dev.seriatim.api.part.PartException when a choice is not there, is badly configured, or
   *     does not fit
   */
  RequestParts(
      ModelDescriptor model,
      GenerationRequest request,
      Lease lease,
      PartAssembler assembler,
      WeightLoader loader,
      Engine engine) {
    this.lease = lease;
    this.choices = choices(model, request);
    PartAssembly base = lease.wiring().assembly();
    this.assembly = choices.isEmpty() ? base : assembler.override(base, choices);
    this.own = new Wiring(assembly, loader, engine);
  }

  PartAssembly assembly() {
    return assembly;
  }

  /** The parts; builds those that are not built yet. Engine thread. */
  Loop.Parts build() {
    return new Loop.Parts(
        part(ProvidesPart.TOKENIZER, Tokenizer.class),
        part(ProvidesPart.BACKBONE, Backbone.class),
        part(ProvidesPart.HEAD, Head.class),
        part(ProvidesPart.SCHEDULER, Scheduler.class),
        guides(),
        draft());
  }

  /** What is used, for the manifest. */
  List<PartUse> uses() {
    return assembly.kinds().stream()
        .map(
            key -> {
              PartDescription part = assembly.part(key);
              return new PartUse(
                  part.kind(), part.id(), part.version(), part.bundle(), assembly.config(key));
            })
        .toList();
  }

  /** Closes the request's own parts and returns the lease. Engine thread once they are built. */
  @Override
  public void close() {
    try (lease) {
      own.retire();
    }
  }

  private Loop.Draft draft() {
    return assembly.kinds().contains(ModelDescriptor.DRAFT_BACKBONE)
        ? new Loop.Draft(
            part(ModelDescriptor.DRAFT_BACKBONE, Backbone.class),
            part(ModelDescriptor.DRAFT_HEAD, Head.class))
        : null;
  }

  private List<Guide> guides() {
    return assembly.kinds().stream()
        .filter(key -> PartAssembler.kind(key).equals(ProvidesPart.GUIDE))
        .map(key -> part(key, Guide.class))
        .toList();
  }

  private <P extends Part> P part(String key, Class<P> type) {
    return (choices.containsKey(key) ? own : lease.wiring()).part(key, type);
  }

  private static Map<String, PartReference> choices(
      ModelDescriptor model, GenerationRequest request) {
    Map<String, PartReference> choices = new LinkedHashMap<>();
    if (request.scheduler() != null) {
      PartReference modelled = model.parts().get(ProvidesPart.SCHEDULER);
      choices.put(ProvidesPart.SCHEDULER, over(modelled, request.scheduler()));
    }
    for (PartChoice choice : request.guides().values()) {
      PartReference modelled =
          model.guides().stream()
              .filter(guide -> guide.id().equals(choice.id()))
              .findFirst()
              .orElse(null);
      choices.put(References.guide(choice.id()), over(modelled, choice));
    }
    return choices;
  }

  /** A choice, over what the model says of the same part. */
  private static PartReference over(PartReference modelled, PartChoice choice) {
    if (modelled == null || !modelled.id().equals(choice.id())) {
      return PartReference.of(choice.id(), choice.version(), choice.config());
    }
    Map<String, Object> config = new LinkedHashMap<>(modelled.config());
    config.putAll(choice.config());
    return new PartReference(
        choice.id(),
        choice.version().isBlank() ? modelled.version() : choice.version(),
        config,
        modelled.weights(),
        modelled.prefix());
  }
}
