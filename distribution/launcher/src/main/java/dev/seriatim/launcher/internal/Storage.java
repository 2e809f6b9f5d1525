package dev.seriatim.launcher.internal;

import dev.seriatim.api.SeriatimException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/** The folder in which a framework keeps its copies: the host's, or a temporary one. */
final class Storage implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Storage.class.getName());
  private static final String PREFIX = "seriatim-";
  private static final String OURS = PREFIX + ProcessHandle.current().pid() + "-";
  private static final String LOCK = "lock";

  private final Path root;
  private final StorageLock lock;
  private int models;

  /**
   * @param lock on a temporary folder; null on the host's
   */
  private Storage(Path root, StorageLock lock) {
    this.root = root;
    this.lock = lock;
  }

  /**
   * Makes the folder.
   *
   * @param folder the host's; null for a temporary one
   */
  static Storage open(Path folder) {
    try {
      if (folder == null) {
        deleteAbandoned();
        Path root = Files.createTempDirectory(OURS);
        return new Storage(root, StorageLock.create(root.resolve(LOCK)));
      }
      Storage storage = new Storage(Files.createDirectories(folder).toAbsolutePath(), null);
      delete(storage.models());
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

  /** Deletes the temporary folders of processes that were killed. */
  private static void deleteAbandoned() {
    Path parent = Path.of(System.getProperty("java.io.tmpdir"));
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(parent, PREFIX + "*")) {
      for (Path folder : folders) {
        // Looking at a lock of this process would release it.
        boolean ours = folder.getFileName().toString().startsWith(OURS);
        if (!ours && StorageLock.isAbandoned(folder.resolve(LOCK))) {
          delete(folder);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      LOG.log(System.Logger.Level.DEBUG, () -> "Not all old folders in " + parent + " go", e);
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
    if (lock == null) {
      return;
    }
    try {
      lock.close();
      delete(root);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, () -> "The temporary folder " + root + " stays", e);
    }
  }

  private static void delete(Path folder) throws IOException {
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
