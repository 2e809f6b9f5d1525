package dev.seriatim.launcher.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.service.component.runtime.dto.ReferenceDTO;
import org.osgi.service.component.runtime.dto.UnsatisfiedReferenceDTO;

/** Says why a service is not there, from what the framework and its components tell. */
final class Diagnosis {
  private final BundleContext context;
  private final Map<Bundle, String> failures;

  /**
   * @param failures why bundles did not start, by bundle
   */
  Diagnosis(BundleContext context, Map<Bundle, String> failures) {
    this.context = context;
    this.failures = failures;
  }

  /** The reason, as the second half of a sentence. */
  String why(String service) {
    return why(service, new LinkedHashSet<>());
  }

  private String why(String service, Set<String> asked) {
    if (!asked.add(service)) {
      return "it needs itself, through " + String.join(", ", asked);
    }
    ServiceReference<ServiceComponentRuntime> reference =
        context.getServiceReference(ServiceComponentRuntime.class);
    if (reference == null) {
      return "no bundle runs Declarative Services components" + failed();
    }
    ServiceComponentRuntime runtime = context.getService(reference);
    if (runtime == null) {
      return "the framework is stopping";
    }
    try {
      List<ComponentDescriptionDTO> components =
          runtime.getComponentDescriptionDTOs().stream()
              .filter(component -> Arrays.asList(component.serviceInterfaces).contains(service))
              .toList();
      return components.isEmpty()
          ? "no bundle provides it" + failed()
          : component(runtime, components.get(0), asked);
    } finally {
      context.ungetService(reference);
    }
  }

  private String component(
      ServiceComponentRuntime runtime, ComponentDescriptionDTO component, Set<String> asked) {
    String name = "its component " + component.name + " in " + component.bundle.symbolicName;
    Collection<ComponentConfigurationDTO> configurations =
        runtime.getComponentConfigurationDTOs(component);
    for (ComponentConfigurationDTO configuration : configurations) {
      if (configuration.state == ComponentConfigurationDTO.FAILED_ACTIVATION) {
        return name + " failed: " + rootOf(configuration.failure);
      }
      for (UnsatisfiedReferenceDTO unsatisfied : configuration.unsatisfiedReferences) {
        String needed = interfaceOf(component, unsatisfied.name);
        return name + " waits for " + simple(needed) + ": " + why(needed, asked);
      }
    }
    return configurations.isEmpty()
        ? name + " is disabled or waits for a configuration"
        : name + " is satisfied, and not registered yet";
  }

  private static String interfaceOf(ComponentDescriptionDTO component, String reference) {
    for (ReferenceDTO candidate : component.references) {
      if (candidate.name.equals(reference)) {
        return candidate.interfaceName;
      }
    }
    return reference;
  }

  private String failed() {
    List<String> reasons = new ArrayList<>();
    failures.forEach((bundle, reason) -> reasons.add(bundle.getSymbolicName() + ": " + reason));
    return reasons.isEmpty() ? "" : "; not started: " + String.join("; ", reasons);
  }

  /** The first line of the innermost message in a stack trace. */
  private static String rootOf(String stackTrace) {
    String root = "for an unknown reason";
    if (stackTrace != null) {
      String caused = "Caused by: ";
      for (String line : stackTrace.lines().toList()) {
        if (line.startsWith(caused) || root.startsWith("for ")) {
          root = line.startsWith(caused) ? line.substring(caused.length()) : line;
        }
      }
    }
    return root.strip();
  }

  static String simple(String className) {
    return className.substring(className.lastIndexOf('.') + 1);
  }
}
