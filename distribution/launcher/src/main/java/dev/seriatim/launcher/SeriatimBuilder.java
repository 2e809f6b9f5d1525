package dev.seriatim.launcher;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.engine.Precision;
import dev.seriatim.launcher.internal.BundleSource;
import dev.seriatim.launcher.internal.BundleSources;
import dev.seriatim.launcher.internal.FrameworkHost;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** What a {@link Seriatim} is made of. Not safe for use by several threads. */
public final class SeriatimBuilder {
  /** Property: the device of the engine, for example {@code cpu} or {@code gpu0}. */
  public static final String DEVICE = "seriatim.engine.device";

  /** Property: the precision of the engine, for example {@code fp32}. */
  public static final String PRECISION = "seriatim.engine.precision";

  /** Property: how many threads an operation of the engine may use. */
  public static final String THREADS = "seriatim.engine.threads";

  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(20);

  private final List<BundleSource> bundles = new ArrayList<>();
  private final List<Path> models = new ArrayList<>();
  private final Map<String, String> properties = new LinkedHashMap<>();
  private Path storage;
  private Duration timeout = DEFAULT_TIMEOUT;
  private boolean closeOnExit = true;

  SeriatimBuilder() {}

  /**
   * Adds bundles without which the system does not start.
   *
   * @param paths jars, and folders of jars
   * @throws SeriatimException when a path does not exist
   */
  public SeriatimBuilder bundles(Path... paths) {
    for (Path path : paths) {
      bundles.addAll(BundleSources.jars("bundles", path, BundleSource.Role.REQUIRED));
    }
    return this;
  }

  /**
   * Adds a bundle without which the system does not start, or a model; for hosts whose jars are not
   * files.
   *
   * @param name for messages
   * @param jar read to its end here, and closed
   * @throws SeriatimException when it cannot be read
   */
  public SeriatimBuilder bundle(String name, InputStream jar) {
    try (jar) {
      byte[] bytes = jar.readAllBytes();
      bundles.add(BundleSource.of(name, bytes, BundleSource.Role.REQUIRED));
      return this;
    } catch (IOException e) {
      throw new SeriatimException("bundle " + name + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Adds bundles that others brought. One that does not fit is left out and told of in {@link
   * Seriatim#problems()}.
   *
   * @param paths jars, and folders of jars
   * @throws SeriatimException when a path does not exist
   */
  public SeriatimBuilder plugins(Path... paths) {
    for (Path path : paths) {
      bundles.addAll(BundleSources.jars("plugins", path, BundleSource.Role.OPTIONAL));
    }
    return this;
  }

  /**
   * Adds models. One that lacks a part is there, and not ready. Of two with the same name and
   * version the one that was added last counts.
   *
   * @param paths model bundles (jars), trained folders ({@code model.json} and its weights), and
   *     folders of both
   * @throws SeriatimException when a path does not exist, or holds no model
   */
  public SeriatimBuilder models(Path... paths) {
    for (Path path : paths) {
      BundleSources.checkModels(path);
      models.add(path);
    }
    return this;
  }

  /**
   * Sets where the framework keeps its copies of the bundles; what is there of an earlier run is
   * replaced. Without it, a temporary folder that {@link Seriatim#close} deletes.
   *
   * @param folder used by one system at a time
   */
  public SeriatimBuilder storage(Path folder) {
    this.storage = Objects.requireNonNull(folder, "folder");
    return this;
  }

  /** Sets the engine's device, for example {@code cpu} or {@code gpu0}. */
  public SeriatimBuilder device(String device) {
    return property(DEVICE, device);
  }

  /** Sets the engine's precision. */
  public SeriatimBuilder precision(Precision precision) {
    return property(PRECISION, precision.name().toLowerCase(Locale.ROOT));
  }

  /**
   * Sets how many threads an operation of the engine may use.
   *
   * @param threads at least 1
   */
  public SeriatimBuilder threads(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads: expected at least 1, found " + threads);
    }
    return property(THREADS, Integer.toString(threads));
  }

  /** Sets a framework property, which bundles see through their context. */
  public SeriatimBuilder property(String key, String value) {
    properties.put(key, Objects.requireNonNull(value, key));
    return this;
  }

  /** Sets how long to wait for a service that is not there yet. 20 seconds unless set. */
  public SeriatimBuilder timeout(Duration timeout) {
    this.timeout = Objects.requireNonNull(timeout, "timeout");
    return this;
  }

  /**
   * Sets whether the system closes when the JVM ends, if nobody closed it before; it does at first.
   * A host that has an order of its own for that sets false. Then it must close the system before
   * the JVM ends: native code that is still at work then may crash it.
   */
  public SeriatimBuilder closeOnExit(boolean closeOnExit) {
    this.closeOnExit = closeOnExit;
    return this;
  }

  /**
   * Starts it.
   *
   * @throws SeriatimException when a required bundle cannot be installed, resolved or started, or
   *     the runtime does not come up; nothing is left running then
   */
  public Seriatim start() {
    return new Seriatim(
        FrameworkHost.start(bundles, models, properties, storage, timeout, closeOnExit));
  }
}
