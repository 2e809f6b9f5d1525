package dev.seriatim.launcher.internal;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.generation.Models;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.util.tracker.ServiceTracker;

/** One framework: started with its bundles, asked for services, stopped as a whole. */
public final class FrameworkHost implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(FrameworkHost.class.getName());
  private static final long STOP_MILLIS = 60_000;

  /** The extender that activates components: last, so that it finds all of them at once. */
  private static final String EXTENDER = "org.apache.felix.scr";

  /** The namespace in which a bundle says that it is a model. */
  private static final String MODEL = "seriatim.model";

  private final Storage storage;
  private final Framework framework;
  private final Duration timeout;
  private final Map<Class<?>, ServiceTracker<?, ?>> trackers = new ConcurrentHashMap<>();
  private final Map<Bundle, BundleSource.Role> roles = new LinkedHashMap<>();
  private final Map<Bundle, String> failures = Collections.synchronizedMap(new LinkedHashMap<>());
  private final List<String> notInstalled = new ArrayList<>();
  private ExitHook exitHook; // guarded by this; null when there is none
  private boolean closed; // guarded by this

  private FrameworkHost(Storage storage, Framework framework, Duration timeout) {
    this.storage = storage;
    this.framework = framework;
    this.timeout = timeout;
  }

  /**
   * Starts a framework.
   *
   * @param bundles other than models
   * @param models jars, trained folders, and folders of these
   * @param properties of the framework, over those that it needs
   * @param folder for its storage; null for a temporary one
   * @param timeout for services
   * @param closeOnExit whether it closes when the JVM ends
   * @throws SeriatimException when it does not come up; nothing is left running then
   */
  public static FrameworkHost start(
      List<BundleSource> bundles,
      List<Path> models,
      Map<String, String> properties,
      Path folder,
      Duration timeout,
      boolean closeOnExit) {
    Storage storage = Storage.open(folder);
    FrameworkHost host;
    try {
      host = new FrameworkHost(storage, newFramework(storage, properties), timeout);
    } catch (RuntimeException | Error e) {
      storage.close();
      throw e;
    }
    try {
      if (closeOnExit) {
        host.closeOnExit();
      }
      host.start(bundles, models);
      return host;
    } catch (RuntimeException | Error e) {
      host.close();
      throw e;
    }
  }

  private synchronized void closeOnExit() {
    exitHook = new ExitHook(this::close);
  }

  private static Framework newFramework(Storage storage, Map<String, String> properties) {
    ClassLoader loader = FrameworkHost.class.getClassLoader();
    FrameworkFactory factory =
        ServiceLoader.load(FrameworkFactory.class, loader)
            .findFirst()
            .orElseThrow(
                () -> new SeriatimException("class path: expected an OSGi framework, found none"));
    Map<String, Object> configuration = new LinkedHashMap<>();
    configuration.put(Constants.FRAMEWORK_STORAGE, storage.framework().toString());
    configuration.put(
        Constants.FRAMEWORK_STORAGE_CLEAN, Constants.FRAMEWORK_STORAGE_CLEAN_ONFIRSTINIT);
    configuration.put(Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA, SystemPackages.of(loader));
    // A URL handler would be the JVM's, for good.
    configuration.put("felix.service.urlhandlers", "false");
    // With more, Felix keeps a thread for ever, even when it has stopped.
    configuration.put("felix.resolver.parallelism", "1");
    if (factory.getClass().getName().startsWith("org.apache.felix.")) {
      configuration.put("felix.log.logger", new FelixLog());
    }
    configuration.putAll(properties);
    @SuppressWarnings({"unchecked", "rawtypes"}) // Felix takes its logger as an object
    Map<String, String> typed = (Map) configuration;
    return factory.newFramework(typed);
  }

  private void start(List<BundleSource> bundles, List<Path> models) {
    try {
      framework.init();
    } catch (BundleException e) {
      throw new SeriatimException(
          "The framework does not start in " + storage.framework() + ": " + Reasons.of(e), e);
    }
    for (BundleSource bundle : bundles) {
      install(bundle);
    }
    for (BundleSource model : models(models)) {
      install(model);
    }
    try {
      framework.start();
    } catch (BundleException e) {
      throw new SeriatimException("The framework does not start: " + Reasons.of(e), e);
    }
    List<Bundle> order = new ArrayList<>(roles.keySet());
    order.sort((a, b) -> Boolean.compare(isExtender(a), isExtender(b)));
    order.forEach(this::start);
    service(Models.class);
  }

  private static boolean isExtender(Bundle bundle) {
    return EXTENDER.equals(bundle.getSymbolicName());
  }

  /** Model bundles; of two that are the same the later one. */
  private List<BundleSource> models(List<Path> paths) {
    List<BundleSource> sources = new ArrayList<>();
    for (Path path : paths) {
      sources.addAll(BundleSources.modelJars(path));
      for (Path folder : BundleSources.modelFolders(path)) {
        sources.add(
            BundleSource.of(storage.bundle(ModelFolder.read(folder)), BundleSource.Role.MODEL));
      }
    }
    Map<String, BundleSource> chosen = new LinkedHashMap<>();
    for (BundleSource source : sources) {
      chosen.put(BundleIdentity.of(source), source);
    }
    return List.copyOf(chosen.values());
  }

  private void install(BundleSource source) {
    try (InputStream content = source.content().open()) {
      Bundle bundle = framework.getBundleContext().installBundle(source.location(), content);
      if (bundle.getHeaders("").get(Constants.FRAGMENT_HOST) == null) {
        roles.put(bundle, isModel(bundle) ? BundleSource.Role.MODEL : source.role());
      }
    } catch (IOException | BundleException e) {
      String problem = "The bundle " + source.location() + " cannot be installed: " + Reasons.of(e);
      if (source.role() != BundleSource.Role.OPTIONAL) {
        throw new SeriatimException(problem, e);
      }
      notInstalled.add(problem);
    }
  }

  private static boolean isModel(Bundle bundle) {
    return !bundle.adapt(BundleRevision.class).getDeclaredCapabilities(MODEL).isEmpty();
  }

  private void start(Bundle bundle) {
    try {
      bundle.start();
    } catch (BundleException e) {
      BundleSource.Role role = roles.get(bundle);
      if (role == BundleSource.Role.REQUIRED) {
        throw new SeriatimException(
            "The bundle " + name(bundle) + " does not start: " + Reasons.of(e), e);
      }
      failures.put(bundle, Reasons.of(e));
      LOG.log(System.Logger.Level.DEBUG, () -> name(bundle) + " does not start", e);
    }
  }

  private static String name(Bundle bundle) {
    return bundle.getSymbolicName() + " " + bundle.getVersion();
  }

  /** Waits for a service. */
  public <T> T service(Class<T> type) {
    ServiceTracker<?, ?> tracker;
    synchronized (this) {
      if (closed) {
        throw new IllegalStateException("This system is closed");
      }
      tracker = trackers.computeIfAbsent(type, this::open);
    }
    try {
      Object service = tracker.getService();
      if (service == null) {
        service = tracker.waitForService(Math.max(1, timeout.toMillis()));
      }
      if (service != null) {
        return type.cast(service);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SeriatimException("Interrupted while waiting for " + type.getSimpleName(), e);
    }
    throw new SeriatimException(
        "The service "
            + type.getSimpleName()
            + " did not appear within "
            + timeout.toSeconds()
            + " s: "
            + new Diagnosis(framework.getBundleContext(), failures).why(type.getName()));
  }

  private ServiceTracker<?, ?> open(Class<?> type) {
    ServiceTracker<?, ?> tracker =
        new ServiceTracker<>(framework.getBundleContext(), type.getName(), null);
    tracker.open();
    return tracker;
  }

  /** Which optional bundles are not there, and why. */
  public List<String> problems() {
    List<String> problems = new ArrayList<>(notInstalled);
    synchronized (failures) {
      failures.forEach(
          (bundle, reason) -> {
            if (roles.get(bundle) == BundleSource.Role.OPTIONAL) {
              problems.add(name(bundle) + " does not start: " + reason);
            }
          });
    }
    return problems;
  }

  /** The framework or its context. */
  public <T> T unwrap(Class<T> type) {
    if (type.isInstance(framework)) {
      return type.cast(framework);
    }
    if (type == BundleContext.class) {
      return type.cast(framework.getBundleContext());
    }
    throw new IllegalArgumentException(
        "type: expected BundleContext or Framework, found " + type.getName());
  }

  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      if (exitHook != null) {
        exitHook.close();
      }
      trackers.values().forEach(ServiceTracker::close);
    }
    try {
      framework.stop();
      FrameworkEvent stopped = framework.waitForStop(STOP_MILLIS);
      if (stopped.getType() == FrameworkEvent.WAIT_TIMEDOUT) {
        LOG.log(
            System.Logger.Level.WARNING,
            "The framework is still stopping after {0} s",
            STOP_MILLIS / 1000);
      }
    } catch (BundleException e) {
      LOG.log(System.Logger.Level.WARNING, "The framework did not stop cleanly", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      storage.close();
    }
  }
}
