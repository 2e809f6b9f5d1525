package dev.seriatim.itests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The assembled folder. */
final class Home {
  static final Path PATH =
      Path.of(System.getProperty("seriatim.home")).toAbsolutePath().normalize();

  private Home() {}

  /** The jars that start the framework. */
  static Path lib() {
    return PATH.resolve("lib");
  }

  /** All bundles but those of models. */
  static List<Path> bundles() {
    return jars(PATH.resolve("bundles"));
  }

  /** All bundles but those of models, and but one. */
  static Path[] bundlesWithout(String symbolicName) {
    Path left = bundle(symbolicName);
    return bundles().stream().filter(jar -> !jar.equals(left)).toArray(Path[]::new);
  }

  /** The bundle of a symbolic name. */
  static Path bundle(String symbolicName) {
    return bundles().stream()
        .filter(jar -> jar.getFileName().toString().startsWith(symbolicName + "-"))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("No bundle " + symbolicName));
  }

  /** The bundles of models. */
  static List<Path> models() {
    return jars(PATH.resolve("models"));
  }

  private static List<Path> jars(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException("The assembly is not there: " + folder, e);
    }
  }
}
