package dev.seriatim.itests;

import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.Part;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.ProvidesPart;
import dev.seriatim.api.weights.Parameter;
import dev.seriatim.api.weights.Weights;
import dev.seriatim.launcher.Seriatim;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.function.UnaryOperator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;

/** Parts around real ones: they see or disturb what those do. */
final class TestParts {
  /** Higher than that of the real parts, and in the range that models ask for. */
  static final String VERSION = "1.9.0";

  private TestParts() {}

  /**
   * Publishes a part around the real one of the same kind and id. It has a higher version, so that
   * models are wired to it until it is unregistered.
   *
   * @param around what is made of the real part when it is built
   */
  static <P extends Part> ServiceRegistration<?> publish(
      Seriatim seriatim, String kind, String id, UnaryOperator<P> around) throws Exception {
    BundleContext context = seriatim.unwrap(BundleContext.class);
    String filter = "(&(%1$s.kind=%2$s)(%1$s.id=%3$s))".formatted(ProvidesPart.NAMESPACE, kind, id);
    ServiceReference<?> real = context.getServiceReferences(PartFactory.class.getName(), filter)[0];
    @SuppressWarnings("unchecked") // the caller knows the kind
    PartFactory<P, ? extends Record> factory =
        (PartFactory<P, ? extends Record>) context.getService(real);
    Dictionary<String, Object> properties = new Hashtable<>();
    for (String key : real.getPropertyKeys()) {
      if (key.startsWith(ProvidesPart.PREFIX_)) {
        properties.put(key, real.getProperty(key));
      }
    }
    properties.put(ProvidesPart.PREFIX_ + "version", VERSION);
    return context.registerService(
        PartFactory.class.getName(), new Around<>(factory, around), properties);
  }

  private record Around<P extends Part, C extends Record>(
      PartFactory<P, C> real, UnaryOperator<P> around) implements PartFactory<P, C> {
    @Override
    public Class<C> configuration() {
      return real.configuration();
    }

    @Override
    public Blueprint<P> blueprint(C configuration, Frame frame) {
      Blueprint<P> blueprint = real.blueprint(configuration, frame);
      return new Blueprint<>() {
        @Override
        public Frame frame() {
          return blueprint.frame();
        }

        @Override
        public List<Parameter> parameters() {
          return blueprint.parameters();
        }

        @Override
        public P build(Engine engine, Weights weights) {
          return around.apply(blueprint.build(engine, weights));
        }
      };
    }
  }
}
