package dev.seriatim.runtime.internal.model;

import dev.seriatim.api.generation.Generator;
import dev.seriatim.runtime.internal.generation.ModelGenerator;
import dev.seriatim.runtime.internal.generation.References;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.concurrent.CompletableFuture;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/**
 * A model with its generator, which is a service while the model is ready. One thread at a time.
 */
final class PublishedModel {
  private final InstalledModel model;
  private final ModelGenerator generator;
  private final BundleContext context;
  private ServiceRegistration<Generator> service;

  PublishedModel(InstalledModel model, ModelGenerator generator, BundleContext context) {
    this.model = model;
    this.generator = generator;
    this.context = context;
  }

  InstalledModel model() {
    return model;
  }

  ModelGenerator generator() {
    return generator;
  }

  /** Looks at the parts that are there now. */
  CompletableFuture<Void> update() {
    CompletableFuture<Void> closed = model.update();
    if (model.isReady() && References.generates(model.descriptor())) {
      register();
    } else {
      unregister();
    }
    return closed;
  }

  /** Ends its requests between two steps. */
  void end(String reason) {
    generator.end(model.name() + ": " + reason);
  }

  /** Takes the generator back; requests that run go on. */
  CompletableFuture<Void> close() {
    unregister();
    return model.close();
  }

  private void register() {
    if (service == null) {
      Dictionary<String, Object> properties = new Hashtable<>();
      properties.put(Generator.MODEL, model.name());
      properties.put(Generator.VERSION, model.descriptor().version());
      service = context.registerService(Generator.class, generator, properties);
    }
  }

  private void unregister() {
    if (service != null) {
      service.unregister();
      service = null;
    }
  }
}
