package dev.seriatim.launcher.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seriatim.api.SeriatimException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StorageTest {
  @Test
  void aTemporaryFolderGoesWithItsStorage() {
    Path framework;
    try (Storage storage = Storage.open(null)) {
      framework = storage.framework();
      assertThat(framework.getParent()).isDirectory();
    }
    assertThat(framework.getParent()).doesNotExist();
  }

  @Test
  void whatAKilledProcessLeftGoesWithTheNextStart() throws IOException {
    Path abandoned = Files.createTempDirectory("seriatim-0-");
    Files.createFile(abandoned.resolve("lock"));
    Files.createDirectories(abandoned.resolve("framework/bundle1"));
    Path others = Files.createTempDirectory("seriatim-others-");
    try (Storage first = Storage.open(null);
        Storage second = Storage.open(null)) {
      assertThat(abandoned).doesNotExist();
      assertThat(others).exists();
      assertThat(first.framework().getParent()).exists();
      assertThat(second.framework().getParent()).exists();
    } finally {
      Files.delete(others);
    }
  }

  @Test
  void theHostsFolderStays(@TempDir Path folder) throws IOException {
    Files.createDirectories(folder.resolve("models"));
    Files.writeString(folder.resolve("models/old.jar"), "old");
    Storage.open(folder).close();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aFileIsNoFolder(@TempDir Path folder) throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    assertThatThrownBy(() -> Storage.open(file))
        .isInstanceOf(SeriatimException.class)
        .hasMessageStartingWith("storage: expected a folder that can be written to, found " + file);
  }
}
