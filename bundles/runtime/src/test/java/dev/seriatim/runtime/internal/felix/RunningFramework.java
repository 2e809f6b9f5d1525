package dev.seriatim.runtime.internal.felix;

import com.google.gson.Gson;
import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.ProvidesPart;
import dev.seriatim.checkpoints.internal.SafetensorsFormat;
import dev.seriatim.engine.pytorch.internal.PyTorchEngine;
import dev.seriatim.runtime.internal.model.ModelRegistry;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.felix.framework.FrameworkFactory;
import org.apache.felix.scr.info.ScrInfo;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;
import org.osgi.service.component.ComponentConstants;
import org.osgi.util.function.Function;
import org.osgi.util.promise.Promise;

/** Felix with Declarative Services, the engine, the checkpoints and the runtime in it. */
final class RunningFramework {
  private final Framework framework;
  private final List<Bundle> installed = new ArrayList<>();
  private final Bundle runtime;

  RunningFramework(Path storage) throws BundleException {
    framework =
        new FrameworkFactory()
            .newFramework(
                Map.of(
                    Constants.FRAMEWORK_STORAGE,
                    storage.toString(),
                    Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA,
                    shared(),
                    "felix.log.level",
                    "1"));
    framework.start();
    for (Class<?> type :
        List.of(
            Function.class,
            Promise.class,
            ComponentConstants.class,
            ScrInfo.class,
            Gson.class,
            SafetensorsFormat.class,
            PyTorchEngine.class)) {
      context().installBundle(Jars.bundle(type)).start();
    }
    runtime = context().installBundle(Jars.bundle(ModelRegistry.class));
    runtime.start();
  }

  /** The API's packages and DJL's, which bundles share with the class path. */
  private static String shared() {
    List<String> clauses = new ArrayList<>();
    clauses.add(Jars.header(Jars.of(SeriatimException.class), Constants.EXPORT_PACKAGE));
    for (Class<?> djl : List.of(ai.djl.engine.Engine.class, ai.djl.pytorch.engine.PtEngine.class)) {
      Path jar = Jars.of(djl);
      String version = Jars.header(jar, "Specification-Version");
      Jars.packages(jar).forEach(name -> clauses.add(name + ";version=" + version));
    }
    return String.join(",", clauses);
  }

  BundleContext context() {
    return framework.getBundleContext();
  }

  Bundle runtime() {
    return runtime;
  }

  /** A service that must be there. */
  <T> T service(Class<T> type) {
    ServiceReference<T> reference = context().getServiceReference(type);
    if (reference == null) {
      throw new AssertionError("There is no service " + type.getName());
    }
    return context().getService(reference);
  }

  /** Installs a bundle that declares a part, and does not start it. */
  Bundle installPart(String kind, String id, String version) throws BundleException {
    String name = "part." + id + "." + version;
    return install(
        name,
        Jars.make(
            Map.of(
                Constants.BUNDLE_SYMBOLICNAME,
                name,
                Constants.BUNDLE_VERSION,
                version,
                Constants.PROVIDE_CAPABILITY,
                "%s;kind=%s;id=%s;version:Version=\"%s\""
                    .formatted(ProvidesPart.NAMESPACE, kind, id, version)),
            Map.of()));
  }

  /** Starts a bundle that declares a part, and publishes its factory as the bundle's service. */
  void startPart(Bundle bundle, String kind, String id, PartFactory<?, ?> factory, String... more)
      throws BundleException {
    bundle.start();
    Dictionary<String, Object> properties = new Hashtable<>();
    properties.put(ProvidesPart.PREFIX_ + "kind", kind);
    properties.put(ProvidesPart.PREFIX_ + "id", id);
    properties.put(ProvidesPart.PREFIX_ + "version", bundle.getVersion().toString());
    for (int i = 0; i < more.length; i += 2) {
      properties.put(ProvidesPart.PREFIX_ + more[i], new String[] {more[i + 1]});
    }
    bundle.getBundleContext().registerService(PartFactory.class, factory, properties);
  }

  /** A bundle that declares a model. */
  static InputStream modelJar(String name, List<String> requiredIds, Map<String, byte[]> files) {
    return modelJar(name, requiredIds, Map.of(), files);
  }

  private static InputStream modelJar(
      String name, List<String> requiredIds, Map<String, String> more, Map<String, byte[]> files) {
    Map<String, String> headers = new HashMap<>(more);
    headers.put(Constants.BUNDLE_SYMBOLICNAME, "model." + name);
    headers.put(Constants.BUNDLE_VERSION, "1.0.0");
    headers.put(
        Constants.PROVIDE_CAPABILITY, "seriatim.model;name=" + name + ";version:Version=\"1.0.0\"");
    if (!requiredIds.isEmpty()) {
      headers.put(
          Constants.REQUIRE_CAPABILITY,
          requiredIds.stream()
              .map(id -> ProvidesPart.NAMESPACE + ";filter:=\"(id=" + id + ")\"")
              .collect(Collectors.joining(",")));
    }
    return Jars.make(headers, files);
  }

  /** Installs a bundle that declares a model, and tries to start it. */
  Bundle addModel(String name, List<String> requiredIds, Map<String, byte[]> files)
      throws BundleException {
    return addModel(name, requiredIds, Map.of(), files);
  }

  /** The same with more headers. */
  Bundle addModel(
      String name, List<String> requiredIds, Map<String, String> more, Map<String, byte[]> files)
      throws BundleException {
    Bundle bundle = install("model." + name, modelJar(name, requiredIds, more, files));
    try {
      bundle.start();
    } catch (BundleException e) {
      if (e.getType() != BundleException.RESOLVE_ERROR) {
        throw e;
      }
    }
    return bundle;
  }

  private Bundle install(String name, InputStream jar) throws BundleException {
    Bundle bundle = context().installBundle("test:" + name, jar);
    installed.add(bundle);
    return bundle;
  }

  /** Uninstalls what the test has installed. */
  void clear() throws BundleException {
    for (Bundle bundle : installed) {
      if (bundle.getState() != Bundle.UNINSTALLED) {
        bundle.uninstall();
      }
    }
    installed.clear();
  }

  void close() throws Exception {
    framework.stop();
    framework.waitForStop(60_000);
  }
}
