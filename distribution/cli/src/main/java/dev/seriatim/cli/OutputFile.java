package dev.seriatim.cli;

import dev.seriatim.api.SeriatimException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/** A file that is written as a whole: beside its place first, then moved there. */
record OutputFile(Path path) {
  /** Writes the content of a file. */
  @FunctionalInterface
  interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Makes sure that the file can be written, and leaves no trace of having tried.
   *
   * @throws SeriatimException when it cannot
   */
  static OutputFile at(Path path) {
    OutputFile file = new OutputFile(path);
    Path folder = file.folder();
    if (!Files.isDirectory(folder)) {
      throw new SeriatimException(
          path + ": cannot be written: expected the folder " + folder + ", found none");
    }
    if (Files.isDirectory(path)) {
      throw new SeriatimException(path + ": cannot be written: expected a file, found a folder");
    }
    try {
      Files.delete(file.temporary());
    } catch (IOException e) {
      throw file.cannotBeWritten(e);
    }
    return file;
  }

  private Path folder() {
    Path parent = path.toAbsolutePath().getParent();
    return parent == null ? path.toAbsolutePath() : parent;
  }

  /** A new file beside it, with the permissions that any new file gets. */
  private Path temporary() throws IOException {
    String name = "." + path.getFileName() + "-" + UUID.randomUUID() + ".part";
    return Files.createFile(folder().resolve(name));
  }

  /**
   * Writes it.
   *
   * @throws SeriatimException when it cannot be written; what was there before is there still
   */
  void write(Content content) {
    try {
      Path part = temporary();
      try {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(part))) {
          content.writeTo(out);
        }
        move(part);
      } finally {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      throw cannotBeWritten(e);
    }
  }

  private void move(Path part) throws IOException {
    try {
      Files.move(part, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(part, path, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private SeriatimException cannotBeWritten(IOException e) {
    return new SeriatimException(path + ": cannot be written: " + e, e);
  }
}
