package dev.seriatim.launcher.internal;

import dev.seriatim.api.SeriatimException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/** The folder in which a framework keeps its copies: the host's, or a temporary one. */
final class Storage implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Storage.class.getName());

  private final Path root;
  private final boolean temporary;
  private int models;

  private Storage(Path root, boolean temporary) {
    this.root = root;
    this.temporary = temporary;
  }

  /**
   * Makes the folder.
   *
   * @param folder the host's; null for a temporary one
   */
  static Storage open(Path folder) {
    try {
      Storage storage =
          folder == null
              ? new Storage(Files.createTempDirectory("seriatim-"), true)
              : new Storage(Files.createDirectories(folder).toAbsolutePath(), false);
      storage.delete(storage.models());
      return storage;
    } catch (IOException e) {
      throw new SeriatimException(
          "storage: expected a folder that can be written to, found "
              + (folder == null ? System.getProperty("java.io.tmpdir") : folder)
              + ": "
              + e,
          e);
    }
  }

  Path framework() {
    return root.resolve("framework");
  }

  private Path models() {
    return root.resolve("models");
  }

  /** Makes the bundle of a model folder. */
  Path bundle(ModelFolder model) {
    Path jar = models().resolve(models++ + "-" + model.symbolicName() + ".jar");
    try {
      Files.createDirectories(models());
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(jar), 1 << 16)) {
        model.writeBundle(out);
      }
      return jar;
    } catch (IOException e) {
      throw new SeriatimException(
          "storage: the bundle " + jar + " cannot be written: " + e.getMessage(), e);
    }
  }

  /** Deletes a temporary folder; leaves the host's. */
  @Override
  public void close() {
    if (!temporary) {
      return;
    }
    try {
      delete(root);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, () -> "The temporary folder " + root + " stays", e);
    }
  }

  private void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, IOException e)
              throws IOException {
            if (e != null) {
              throw e;
            }
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
