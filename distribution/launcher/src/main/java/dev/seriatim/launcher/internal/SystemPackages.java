package dev.seriatim.launcher.internal;

import dev.seriatim.api.SeriatimException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The packages of the host that bundles share, with versions, read from the jars themselves: what
 * is on the class path is what is exported.
 */
final class SystemPackages {
  private static final String EXPORT = "Export-Package";
  private static final String SPECIFICATION_VERSION = "Specification-Version";

  /** A class of each jar that states its exports; the API and what its types are made of. */
  private static final List<String> BUNDLES =
      List.of(
          "dev.seriatim.api.SeriatimException",
          "dev.seriatim.text.SettledText",
          "org.osgi.service.component.ComponentContext",
          "org.osgi.util.promise.Promise",
          "org.osgi.util.function.Function",
          "org.slf4j.Logger");

  /** A class of each jar of DJL, whose manifests give a version and no exports. */
  private static final List<String> LIBRARIES =
      List.of(
          "ai.djl.Device",
          "ai.djl.pytorch.engine.PtEngine",
          "ai.djl.huggingface.tokenizers.HuggingFaceTokenizer");

  private SystemPackages() {}

  /**
   * The value of the framework property {@code org.osgi.framework.system.packages.extra}.
   *
   * @throws SeriatimException when a jar is not on the class path
   */
  static String of(ClassLoader loader) {
    List<String> clauses = new ArrayList<>();
    for (String name : BUNDLES) {
      clauses.addAll(exports(require(name, loader).header(EXPORT)));
    }
    for (String name : LIBRARIES) {
      ClassPathJar jar = require(name, loader);
      String version = jar.header(SPECIFICATION_VERSION);
      for (String exported : jar.packages()) {
        clauses.add(version == null ? exported : clause(exported, version));
      }
    }
    return String.join(",", clauses);
  }

  private static ClassPathJar require(String className, ClassLoader loader) {
    ClassPathJar jar = ClassPathJar.holding(className, loader);
    if (jar == null) {
      throw new SeriatimException(
          "class path: expected the jar that holds " + className + ", found none");
    }
    return jar;
  }

  /**
   * The packages of a header with their versions, and nothing else: no {@code uses}, since all come
   * from one loader.
   */
  static List<String> exports(String header) {
    List<String> clauses = new ArrayList<>();
    for (String clause : split(header == null ? "" : header, ',')) {
      List<String> parts = split(clause, ';');
      String version =
          parts.stream()
              .filter(part -> part.matches("version(:Version)?\\s*=.*"))
              .map(part -> part.substring(part.indexOf('=') + 1).replace("\"", "").strip())
              .findFirst()
              .orElse("0");
      parts.stream()
          .filter(part -> part.indexOf('=') < 0)
          .forEach(name -> clauses.add(clause(name, version)));
    }
    return clauses;
  }

  private static String clause(String name, String version) {
    return name + ";version=\"" + version + "\"";
  }

  /** Splits at a separator that stands outside quotes. */
  private static List<String> split(String text, char separator) {
    List<String> parts = new ArrayList<>();
    boolean quoted = false;
    int start = 0;
    for (int i = 0; i <= text.length(); i++) {
      if (i == text.length() || (text.charAt(i) == separator && !quoted)) {
        parts.add(text.substring(start, i).strip());
        start = i + 1;
      } else if (text.charAt(i) == '"') {
        quoted = !quoted;
      }
    }
    return parts.stream().filter(part -> !part.isEmpty()).collect(Collectors.toList());
  }
}
