package dev.seriatim.launcher.internal;

import dev.seriatim.api.SeriatimException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Finds bundles and models in files and folders, in the order of their names. */
public final class BundleSources {
  private BundleSources() {}

  /**
   * The jar at a path, or the jars of a folder.
   *
   * @param option to name in messages
   */
  public static List<BundleSource> jars(String option, Path path, BundleSource.Role role) {
    List<Path> jars =
        Files.isDirectory(path) ? list(option, path, BundleSources::isJar) : List.of(path);
    for (Path jar : jars) {
      if (!Files.isRegularFile(jar)) {
        throw new SeriatimException(
            option + ": expected a jar or a folder of jars, found nothing at " + path);
      }
    }
    return jars.stream().map(jar -> BundleSource.of(jar, role)).toList();
  }

  /** Refuses a path at which there is no model. */
  public static void checkModels(Path path) {
    boolean found =
        Files.isDirectory(path)
            ? !modelFolders(path).isEmpty() || !modelJars(path).isEmpty()
            : Files.isRegularFile(path);
    if (!found) {
      throw new SeriatimException(
          "models: expected a model bundle, a folder with "
              + ModelFolder.DESCRIPTOR
              + ", or a folder of these, found "
              + (Files.isDirectory(path) ? "neither in " : "nothing at ")
              + path);
    }
  }

  /** The folders with a descriptor: this one, or those directly inside it. */
  static List<Path> modelFolders(Path path) {
    if (!Files.isDirectory(path)) {
      return List.of();
    }
    return isModelFolder(path) ? List.of(path) : list("models", path, BundleSources::isModelFolder);
  }

  /** The model bundles: this one, or those directly inside it. */
  static List<BundleSource> modelJars(Path path) {
    return isModelFolder(path) ? List.of() : jars("models", path, BundleSource.Role.MODEL);
  }

  private static boolean isModelFolder(Path path) {
    return Files.isRegularFile(path.resolve(ModelFolder.DESCRIPTOR));
  }

  private static boolean isJar(Path path) {
    return path.getFileName().toString().endsWith(".jar") && Files.isRegularFile(path);
  }

  private static List<Path> list(String option, Path folder, Predicate<Path> choice) {
    try (Stream<Path> content = Files.list(folder)) {
      return new ArrayList<>(content.filter(choice).sorted().toList());
    } catch (IOException e) {
      throw new SeriatimException(
          option + ": the folder " + folder + " cannot be read: " + e.getMessage(), e);
    }
  }
}
