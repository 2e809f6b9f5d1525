package dev.seriatim.itests.parity;

import com.google.gson.GsonBuilder;
import com.google.gson.ToNumberPolicy;
import com.google.gson.reflect.TypeToken;
import dev.seriatim.launcher.Seriatim;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The recorded cases in this module, and the system that runs them. */
final class Cases {
  private static final Path FOLDER = Path.of(System.getProperty("seriatim.cases"));
  private static final Path BUNDLES = Path.of(System.getProperty("seriatim.home"), "bundles");

  private Cases() {}

  /** All cases, by name. */
  static List<String> names() {
    return list(FOLDER).stream().map(folder -> folder.getFileName().toString()).toList();
  }

  /** The folder of a case. */
  static Path folder(String name) {
    return FOLDER.resolve(name);
  }

  /** A running system with the bundles of the assembly; one thread is fastest for tiny tensors. */
  static Seriatim start(Path... models) {
    return Seriatim.builder().bundles(BUNDLES).models(models).threads(1).start();
  }

  /** A JSON file, as values. */
  static Map<String, Object> json(Path file) throws IOException {
    return new GsonBuilder()
        .setObjectToNumberStrategy(ToNumberPolicy.LONG_OR_DOUBLE)
        .create()
        .fromJson(Files.readString(file), new TypeToken<Map<String, Object>>() {});
  }

  /** A copy of a case that may be changed. */
  static Path copy(String name, Path into) throws IOException {
    Path copy = Files.createDirectories(into.resolve(name));
    for (Path file : list(folder(name))) {
      Files.copy(file, copy.resolve(file.getFileName()));
    }
    return copy;
  }

  /** What is in a folder, hidden things too, by name. */
  static List<Path> list(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
