package dev.seriatim.runtime.internal.model;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.generation.Generator;
import dev.seriatim.api.generation.Models;
import dev.seriatim.api.generation.PartLease;
import dev.seriatim.api.generation.PartLender;
import dev.seriatim.api.model.DescriptorFormat;
import dev.seriatim.api.model.ModelStatus;
import dev.seriatim.api.model.PartDescription;
import dev.seriatim.api.part.Part;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.api.weights.CheckpointFormat;
import dev.seriatim.runtime.internal.assembly.MissingParts;
import dev.seriatim.runtime.internal.assembly.PartAssembler;
import dev.seriatim.runtime.internal.assembly.PartRegistry;
import dev.seriatim.runtime.internal.config.Nearest;
import dev.seriatim.runtime.internal.generation.ModelGenerator;
import dev.seriatim.runtime.internal.generation.References;
import dev.seriatim.runtime.internal.wiring.Lease;
import dev.seriatim.runtime.internal.wiring.WeightLoader;
import dev.seriatim.runtime.internal.wiring.WeightStore;
import java.io.File;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.Version;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.util.tracker.BundleTracker;

/**
 * The models of the framework. It follows the bundles that declare one and the parts that come and
 * go, and publishes a {@link Generator} for each model that is ready.
 */
@Component(
    immediate = true, // it holds weights, and publishes services of its own
    service = {Models.class, PartLender.class})
public final class ModelRegistry implements Models, PartLender {
  private static final Logger LOG = System.getLogger(ModelRegistry.class.getName());
  private static final int STATES =
      Bundle.INSTALLED | Bundle.RESOLVED | Bundle.STARTING | Bundle.ACTIVE;
  private static final long DRAIN_SECONDS = 30;

  /** By name; those that are ready first, then the highest version. */
  private static final Comparator<PublishedModel> ORDER =
      Comparator.comparing((PublishedModel each) -> each.model().name())
          .thenComparing(each -> each.model().isReady(), Comparator.reverseOrder())
          .thenComparing(
              each -> Version.parseVersion(each.model().descriptor().version()),
              Comparator.reverseOrder());

  private final BundleContext context;
  private final Engine engine;
  private final CheckpointFormat checkpoints;
  private final DescriptorFormat descriptors;
  private final PartRegistry registry;
  private final MissingParts missing;
  private final PartAssembler assembler;
  private final WeightStore store;
  private final BundleTracker<Bundle> tracker;
  private final Runnable onChange = this::update;

  private final Map<Bundle, PublishedModel> models = new ConcurrentHashMap<>();
  private final Queue<PublishedModel> gone = new ConcurrentLinkedQueue<>();
  private final Set<CompletableFuture<Void>> closing = ConcurrentHashMap.newKeySet();
  private final AtomicInteger changes = new AtomicInteger();

  /** Made by Declarative Services. */
  @Activate
  public ModelRegistry(
      BundleContext context,
      @Reference Engine engine,
      @Reference(target = "(" + CheckpointFormat.FORMAT + "=safetensors)")
          CheckpointFormat checkpoints,
      @Reference DescriptorFormat descriptors,
      @Reference PartRegistry registry,
      @Reference MissingParts missing,
      @Reference PartAssembler assembler) {
    this.context = context;
    this.engine = engine;
    this.checkpoints = checkpoints;
    this.descriptors = descriptors;
    this.registry = registry;
    this.missing = missing;
    this.assembler = assembler;
    this.store = new WeightStore(dataFolder(context));
    this.tracker =
        new BundleTracker<>(context, STATES, null) {
          @Override
          public Bundle addingBundle(Bundle bundle, BundleEvent event) {
            read(bundle);
            return bundle;
          }

          @Override
          public void modifiedBundle(Bundle bundle, BundleEvent event, Bundle same) {
            if (event != null && event.getType() == BundleEvent.UPDATED) {
              forget(bundle);
              read(bundle);
            }
            update();
          }

          @Override
          public void removedBundle(Bundle bundle, BundleEvent event, Bundle same) {
            forget(bundle);
          }
        };
  }

  @Activate
  void open() {
    registry.listen(onChange);
    tracker.open();
  }

  /** Ends all requests between two steps, and closes what they used. */
  @Deactivate
  void close() {
    registry.forget(onChange);
    models.values().forEach(each -> each.end("the runtime was stopped while it generated"));
    tracker.close();
    if (!engine.onEngineThread()) {
      await(CompletableFuture.allOf(closing.toArray(CompletableFuture<?>[]::new)));
    }
  }

  @Override
  public List<ModelStatus> models() {
    return sorted().map(each -> each.model().status()).toList();
  }

  @Override
  public List<PartDescription> parts() {
    return registry.descriptions();
  }

  @Override
  public ModelStatus model(String name) {
    return find(name).model().status();
  }

  @Override
  public Generator generator(String name) {
    PublishedModel found = find(name);
    if (!found.model().isReady()) {
      throw found.model().notWired();
    }
    if (!References.generates(found.model().descriptor())) {
      throw new SeriatimException(
          name
              + " cannot generate: expected the parts tokenizer, backbone, head, scheduler, found "
              + String.join(", ", found.model().descriptor().parts().keySet()));
    }
    return found.generator();
  }

  @Override
  public <P extends Part> PartLease<P> lend(String model, String kind, Class<P> type) {
    Lease lease = find(model).model().lease(kind);
    try {
      P part = engine.call(() -> lease.wiring().part(kind, type));
      return new LentPart<>(part, lease.wiring().assembly().part(kind), lease);
    } catch (Exception e) {
      lease.close();
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      throw e instanceof SeriatimException refused
          ? refused
          : new SeriatimException(model + ": " + kind + ": cannot be lent: " + e, e);
    }
  }

  @Override
  public Checkpoint open(String model, String file) {
    return find(model).model().open(file);
  }

  @Override
  public String why(String name) {
    if (models.values().stream().anyMatch(each -> each.model().name().equals(name))) {
      return Sentences.of(model(name));
    }
    List<PartDescription> parts = parts().stream().filter(part -> part.id().equals(name)).toList();
    if (!parts.isEmpty()) {
      return Sentences.of(parts, models());
    }
    return missing
        .why(name)
        .or(
            () ->
                sorted().map(each -> each.model()).flatMap(m -> m.lacks(name).stream()).findFirst())
        .orElseThrow(() -> unknown("model or part", name, names(true)));
  }

  private PublishedModel find(String name) {
    return sorted()
        .filter(each -> each.model().name().equals(name))
        .findFirst()
        .orElseThrow(() -> unknown("model", name, names(false)));
  }

  private Stream<PublishedModel> sorted() {
    // A model bundle that does not resolve is marked as started without an event that says so.
    if (models.values().stream().anyMatch(each -> !each.model().isReady())) {
      update();
    }
    return models.values().stream().sorted(ORDER);
  }

  private Set<String> names(boolean withParts) {
    Set<String> names = new TreeSet<>();
    sorted().forEach(each -> names.add(each.model().name()));
    if (withParts) {
      parts().forEach(part -> names.add(part.id()));
    }
    return names;
  }

  private static SeriatimException unknown(String what, String name, Set<String> names) {
    String there =
        names.isEmpty()
            ? "none is installed"
            : "there are "
                + String.join(", ", names)
                + " (nearest: "
                + Nearest.of(name, names)
                + ")";
    return new SeriatimException("There is no " + what + " named '" + name + "'; " + there);
  }

  private void read(Bundle bundle) {
    ModelBundle.of(bundle, descriptors)
        .ifPresent(
            source -> {
              WeightLoader loader =
                  new WeightLoader(bundle, source.descriptor().weights(), store, checkpoints);
              InstalledModel model =
                  new InstalledModel(source, registry, missing, assembler, loader, engine);
              models.put(
                  bundle,
                  new PublishedModel(
                      model,
                      new ModelGenerator(
                          model.descriptor(), model::lease, assembler, loader, engine),
                      context));
              update();
            });
  }

  private void forget(Bundle bundle) {
    PublishedModel model = models.remove(bundle);
    if (model != null) {
      gone.add(model);
      update();
    }
  }

  /**
   * Brings all models up to date. One thread at a time does so, without a lock while it calls
   * others; a change that comes meanwhile makes it look once more.
   */
  private void update() {
    if (changes.getAndIncrement() > 0) {
      return;
    }
    int seen = 1;
    try {
      while (seen > 0) {
        for (PublishedModel model = gone.poll(); model != null; model = gone.poll()) {
          closing(model.close());
        }
        models.values().forEach(model -> closing(model.update()));
        seen = changes.addAndGet(-seen);
      }
    } finally {
      if (seen > 0) { // it failed, as when the runtime is stopped meanwhile: let the next one try
        changes.set(0);
      }
    }
  }

  private void closing(CompletableFuture<Void> closed) {
    if (!closed.isDone()) {
      closing.add(closed);
      closed.whenComplete((nothing, problem) -> closing.remove(closed));
    }
  }

  private static void await(CompletableFuture<Void> closed) {
    try {
      closed.get(DRAIN_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException e) {
      LOG.log(Level.WARNING, "Models did not close within " + DRAIN_SECONDS + " seconds", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Path dataFolder(BundleContext context) {
    File folder = context.getDataFile("weights");
    if (folder == null) {
      throw new SeriatimException("The runtime needs a framework with a file system, found none");
    }
    return folder.toPath();
  }
}
