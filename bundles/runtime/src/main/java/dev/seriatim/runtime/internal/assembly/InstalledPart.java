package dev.seriatim.runtime.internal.assembly;

import dev.seriatim.api.model.PartDescription;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.ProvidesPart;
import dev.seriatim.runtime.internal.config.ConfigKeys;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.Version;

/**
 * A part that is there: its factory and what its service properties say of it.
 *
 * @param service that publishes it
 * @param factory that makes it
 * @param version as a version
 * @param description for people
 */
record InstalledPart(
    ServiceReference<?> service,
    PartFactory<?, ?> factory,
    Version version,
    PartDescription description) {

  /** The attributes that decide fit. */
  private static final List<String> FIT = List.of("tokens", "orders");

  /**
   * Reads the properties that come from {@link ProvidesPart}.
   *
   * @throws PartException when one that is needed is not there, or is not a version
   */
  static InstalledPart of(ServiceReference<?> service, PartFactory<?, ?> factory) {
    String bundle = name(service.getBundle());
    String version = property(service, "version", bundle);
    Map<String, List<String>> attributes = new LinkedHashMap<>();
    for (String attribute : FIT) {
      List<String> values = strings(service.getProperty(ProvidesPart.PREFIX_ + attribute));
      if (!values.isEmpty()) {
        attributes.put(attribute, values);
      }
    }
    return new InstalledPart(
        service,
        factory,
        Version.parseVersion(version),
        new PartDescription(
            property(service, "kind", bundle),
            property(service, "id", bundle),
            version,
            bundle,
            attributes,
            ConfigKeys.of(factory.configuration())));
  }

  boolean is(String kind, String id) {
    return description.kind().equals(kind) && description.id().equals(id);
  }

  /** Kind and id, for messages. */
  String label() {
    return description.kind() + " " + description.id();
  }

  /** Symbolic name and version of a bundle. */
  static String name(Bundle bundle) {
    return bundle.getSymbolicName() + " " + bundle.getVersion();
  }

  private static String property(ServiceReference<?> service, String name, String bundle) {
    if (service.getProperty(ProvidesPart.PREFIX_ + name) instanceof String text) {
      return text;
    }
    throw PartException.of(
        "A part of bundle " + bundle, ProvidesPart.PREFIX_ + name, "a service property", "none");
  }

  private static List<String> strings(Object value) {
    if (value instanceof String[] several) {
      return List.of(several);
    }
    return value instanceof String one ? List.of(one) : List.of();
  }
}
