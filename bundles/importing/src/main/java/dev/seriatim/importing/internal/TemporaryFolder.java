package dev.seriatim.importing.internal;

import dev.seriatim.api.SeriatimException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A folder that goes with what is in it.
 *
 * @param path of the folder
 */
record TemporaryFolder(Path path) implements AutoCloseable {
  static TemporaryFolder make() {
    try {
      return new TemporaryFolder(Files.createTempDirectory("seriatim-"));
    } catch (IOException e) {
      throw new SeriatimException("A temporary folder cannot be made: " + e, e);
    }
  }

  @Override
  public void close() {
    ModelFolder.delete(path);
  }
}
