package dev.seriatim.runtime.internal.wiring;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.model.PartDescription;
import dev.seriatim.api.part.Part;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.weights.Weights;
import dev.seriatim.runtime.internal.assembly.PartAssembly;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * The parts of one assembly, each with its weights: built once, when it is first asked for, and
 * shared by all who lease the wiring. Once it is {@linkplain #retire retired} nobody leases it
 * anew, and it closes when the last lease is returned: never under a running request.
 */
public final class Wiring {
  private static final Logger LOG = System.getLogger(Wiring.class.getName());

  /** A part that was built. */
  private record Built(Part part, Weights weights) implements AutoCloseable {
    @Override
    public void close() {
      try (weights) {
        part.close();
      }
    }
  }

  private final PartAssembly assembly;
  private final WeightLoader loader;
  private final Engine engine;
  private final CompletableFuture<Void> closed = new CompletableFuture<>();

  /** By key of the assembly; engine thread. */
  private final Map<String, Built> built = new HashMap<>();

  /** The latest first; engine thread. */
  private final Deque<Built> order = new ArrayDeque<>();

  private volatile Set<String> loaded = Set.of();
  private volatile String failure = "";
  private int leases; // guarded by this
  private boolean retired; // guarded by this

  /** A wiring without a part built and without a lease. */
  public Wiring(PartAssembly assembly, WeightLoader loader, Engine engine) {
    this.assembly = assembly;
    this.loader = loader;
    this.engine = engine;
  }

  /** What it is made from. */
  public PartAssembly assembly() {
    return assembly;
  }

  /** The keys of the parts that are built. Any thread. */
  public Set<String> loaded() {
    return loaded;
  }

  /** Why the last part asked for could not be built; empty when it could. Any thread. */
  public String failure() {
    return failure;
  }

  /**
   * The part of a kind; builds it the first time. Engine thread, under a lease.
   *
   * @param key of the assembly: a kind, or kind:id
   * @throws dev.seriatim.api.SeriatimException when it cannot be built; the next call tries again
   */
  public <P extends Part> P part(String key, Class<P> type) {
    Built there = built.get(key);
    if (there == null) {
      failure = "";
      try {
        there = build(key);
      } catch (RuntimeException | LinkageError e) {
        failure = e instanceof SeriatimException ? e.getMessage() : label(key) + ": " + e;
        throw e;
      }
      built.put(key, there);
      order.push(there);
      loaded = Set.copyOf(built.keySet());
    }
    if (!type.isInstance(there.part())) {
      throw PartException.of(
          label(key), "type", type.getSimpleName(), there.part().getClass().getName());
    }
    return type.cast(there.part());
  }

  /**
   * Leases the wiring.
   *
   * @return the lease; closing it twice does nothing
   * @throws IllegalStateException when it is retired
   */
  public synchronized Lease lease() {
    if (retired) {
      throw new IllegalStateException("The wiring is retired");
    }
    leases++;
    return new Lease(this);
  }

  /**
   * Lets nobody lease it anew, and closes it when the last lease is returned.
   *
   * @return completes when it is closed
   */
  public CompletableFuture<Void> retire() {
    boolean last;
    synchronized (this) {
      last = !retired && leases == 0;
      retired = true;
    }
    if (last) {
      close();
    }
    return closed;
  }

  void returned() {
    boolean last;
    synchronized (this) {
      leases--;
      last = retired && leases == 0;
    }
    if (last) {
      close();
    }
  }

  private Built build(String key) {
    Weights weights =
        loader.load(engine, label(key), assembly.reference(key), assembly.parameters(key));
    try {
      return new Built(assembly.build(key, Part.class, engine, weights), weights);
    } catch (Throwable e) {
      weights.close();
      throw e;
    }
  }

  /** Closes on the engine's thread; at once when already there. */
  private void close() {
    if (engine.onEngineThread()) {
      closeHere();
    } else {
      engine
          .submit(
              () -> {
                closeHere();
                return null;
              })
          // An engine that has ended takes no task, and has freed what the wiring held.
          .whenComplete((nothing, refused) -> closed.complete(null));
    }
  }

  private void closeHere() {
    try {
      closeAll();
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "A part of kinds " + assembly.kinds() + " did not close cleanly", e);
    } finally {
      closed.complete(null);
    }
  }

  /** Closes the latest first, and all of them even when one throws. */
  private void closeAll() {
    Built next = order.poll();
    if (next != null) {
      built.values().remove(next);
      try {
        next.close();
      } finally {
        closeAll();
      }
    }
    loaded = Set.of();
  }

  private String label(String key) {
    PartDescription part = assembly.part(key);
    return part.kind() + " " + part.id();
  }
}
