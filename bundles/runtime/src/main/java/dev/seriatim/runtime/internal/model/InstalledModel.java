package dev.seriatim.runtime.internal.model;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.model.ModelDescriptor;
import dev.seriatim.api.model.ModelNotWiredException;
import dev.seriatim.api.model.ModelStatus;
import dev.seriatim.api.model.ModelStatus.State;
import dev.seriatim.api.model.PartDescription;
import dev.seriatim.api.model.PartReference;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.runtime.internal.assembly.MissingParts;
import dev.seriatim.runtime.internal.assembly.PartAssembler;
import dev.seriatim.runtime.internal.assembly.PartAssembly;
import dev.seriatim.runtime.internal.assembly.PartRegistry;
import dev.seriatim.runtime.internal.generation.References;
import dev.seriatim.runtime.internal.wiring.Lease;
import dev.seriatim.runtime.internal.wiring.WeightLoader;
import dev.seriatim.runtime.internal.wiring.Wiring;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/** A model and where it stands: what its parts are now, and its current wiring. */
final class InstalledModel {
  /** How the parts that are there now look to the model: an assembly, or the reason for none. */
  private record Outlook(PartAssembly assembly, String reason) {}

  private final ModelBundle source;
  private final PartRegistry registry;
  private final MissingParts missing;
  private final PartAssembler assembler;
  private final WeightLoader loader;
  private final Engine engine;

  private PartAssembly assembly; // guarded by this; null while a part is missing
  private Wiring wiring; // guarded by this; null until it is first leased

  InstalledModel(
      ModelBundle source,
      PartRegistry registry,
      MissingParts missing,
      PartAssembler assembler,
      WeightLoader loader,
      Engine engine) {
    this.source = source;
    this.registry = registry;
    this.missing = missing;
    this.assembler = assembler;
    this.loader = loader;
    this.engine = engine;
  }

  ModelDescriptor descriptor() {
    return source.descriptor();
  }

  String name() {
    return descriptor().name();
  }

  synchronized boolean isReady() {
    return assembly != null;
  }

  /**
   * Looks at the parts that are there now. Where they are not those that the model is wired to, the
   * wiring is retired; the next lease makes a new one.
   *
   * @return completes when a wiring that was retired is closed
   */
  CompletableFuture<Void> update() {
    return become(outlook().assembly());
  }

  /** Retires the wiring for good. */
  CompletableFuture<Void> close() {
    return become(null);
  }

  private CompletableFuture<Void> become(PartAssembly now) {
    Wiring old;
    synchronized (this) {
      if (assembly != null && now != null && now.samePartsAs(assembly)) {
        return CompletableFuture.completedFuture(null);
      }
      assembly = now;
      old = wiring;
      wiring = null;
    }
    return old == null ? CompletableFuture.completedFuture(null) : old.retire();
  }

  /**
   * Leases the wiring of the whole model; nothing is loaded by that.
   *
   * @throws ModelNotWiredException with the reason
   */
  Lease lease() {
    synchronized (this) {
      if (assembly != null) {
        if (wiring == null) {
          wiring = new Wiring(assembly, loader, engine);
        }
        return wiring.lease();
      }
    }
    throw notWired();
  }

  ModelNotWiredException notWired() {
    String reason = status().reason();
    return new ModelNotWiredException(
        reason.isEmpty() ? name() + " is not wired: its bundle or the runtime stopped" : reason);
  }

  /**
   * Leases what is needed for one part: the model's wiring, or where the model has none, a wiring
   * of this part and those that its layout depends on, for this lease alone.
   *
   * @throws ModelNotWiredException with the reason
   */
  Lease lease(String kind) {
    Map<String, PartReference> all = References.of(descriptor());
    if (!source.refusal().isEmpty()) {
      throw new ModelNotWiredException(source.refusal());
    }
    if (!all.containsKey(kind)) {
      throw new SeriatimException(
          name()
              + ": part: expected one of "
              + String.join(", ", all.keySet())
              + ", found "
              + kind);
    }
    if (isReady()) {
      return lease();
    }
    Outlook part = outlook(References.upTo(kind, all));
    if (part.assembly() == null) {
      throw new ModelNotWiredException(part.reason());
    }
    Wiring alone = new Wiring(part.assembly(), loader, engine);
    Lease lease = alone.lease();
    alone.retire(); // closes with the lease
    return lease;
  }

  /** Opens one of the model's weight files. */
  Checkpoint open(String file) {
    if (!descriptor().weights().containsKey(file)) {
      throw new SeriatimException(
          name()
              + ": weights: expected one of "
              + String.join(", ", descriptor().weights().keySet())
              + ", found "
              + file);
    }
    return loader.open(file);
  }

  ModelStatus status() {
    PartAssembly now;
    Wiring wired;
    synchronized (this) {
      now = assembly;
      wired = wiring;
    }
    if (now == null) {
      return new ModelStatus(
          descriptor(),
          source.refusal().isEmpty() ? State.UNWIRED : State.FAILED,
          outlook().reason(),
          source.name(),
          registry.follow(References.of(descriptor())));
    }
    List<PartDescription> parts = now.kinds().stream().map(now::part).toList();
    if (wired != null && !wired.failure().isEmpty()) {
      return new ModelStatus(
          descriptor(), State.FAILED, name() + ": " + wired.failure(), source.name(), parts);
    }
    boolean loaded = wired != null && wired.loaded().containsAll(now.kinds());
    return new ModelStatus(
        descriptor(), loaded ? State.WIRED : State.READY, "", source.name(), parts);
  }

  /** Says that the model needs a part of an id, when it does and the part is not there. */
  Optional<String> lacks(String id) {
    return References.of(descriptor()).entrySet().stream()
        .filter(e -> e.getValue().id().equals(id))
        .map(e -> missing.phrase(PartAssembler.kind(e.getKey()), e.getValue()))
        .findFirst()
        .map(phrase -> name() + " needs " + phrase);
  }

  private Outlook outlook() {
    if (!source.refusal().isEmpty()) {
      return new Outlook(null, source.refusal());
    }
    Outlook outlook = outlook(References.of(descriptor()));
    return outlook.assembly() == null || source.isStarted()
        ? outlook
        : new Outlook(null, name() + " is in bundle " + source.name() + ", which is not started");
  }

  private Outlook outlook(Map<String, PartReference> references) {
    String needs =
        references.entrySet().stream()
            .filter(e -> !registry.has(PartAssembler.kind(e.getKey()), e.getValue()))
            .map(e -> missing.phrase(PartAssembler.kind(e.getKey()), e.getValue()))
            .collect(Collectors.joining("; and "));
    if (!needs.isEmpty()) {
      return new Outlook(null, name() + " needs " + needs);
    }
    try {
      return new Outlook(assembler.assemble(descriptor().conditions(), references), "");
    } catch (SeriatimException e) {
      return new Outlook(null, name() + ": " + e.getMessage());
    } catch (RuntimeException | LinkageError e) {
      // Whatever one part does, the other models stay as they are.
      return new Outlook(null, name() + ": its parts cannot be laid out: " + e);
    }
  }
}
