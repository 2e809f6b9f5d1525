package dev.seriatim.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seriatim.api.SeriatimException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFileTest {
  @TempDir Path folder;

  @Test
  void aFileAppearsAsAWhole() throws IOException {
    Path path = folder.resolve("file");
    OutputFile file = OutputFile.at(path);
    assertThat(folder).isEmptyDirectory();
    file.write(
        out -> {
          out.write('x');
          assertThat(path).doesNotExist();
        });
    assertThat(path).hasContent("x");
    assertThat(Files.list(folder)).containsExactly(path);
  }

  @Test
  void whatWasThereStaysWhenWritingFails() throws IOException {
    Path path = Files.writeString(folder.resolve("file"), "before");
    assertThatThrownBy(
            () ->
                OutputFile.at(path)
                    .write(
                        out -> {
                          out.write('x');
                          throw new IOException("disk full");
                        }))
        .isInstanceOf(SeriatimException.class)
        .hasMessage(path + ": cannot be written: java.io.IOException: disk full");
    assertThat(path).hasContent("before");
    assertThat(Files.list(folder)).containsExactly(path);
  }

  @Test
  void placesThatCannotBeWrittenAreRefusedBefore() throws IOException {
    Path nowhere = folder.resolve("nowhere").resolve("file");
    assertThatThrownBy(() -> OutputFile.at(nowhere))
        .isInstanceOf(SeriatimException.class)
        .hasMessage(
            nowhere
                + ": cannot be written: expected the folder "
                + nowhere.getParent()
                + ", found none");
    assertThatThrownBy(() -> OutputFile.at(folder))
        .isInstanceOf(SeriatimException.class)
        .hasMessage(folder + ": cannot be written: expected a file, found a folder");
  }
}
