package dev.seriatim.importing.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.api.weights.CheckpointException;
import dev.seriatim.importing.MemoryCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IndexedCheckpointTest {
  @TempDir private Path folder;

  private Path index;

  @BeforeEach
  void name() {
    index = folder.resolve("pytorch_model.bin.index.json");
  }

  private Checkpoint open(String weightMap) throws IOException {
    Files.writeString(
        index, "{\"metadata\": {\"total_size\": 9}, \"weight_map\": " + weightMap + "}");
    return IndexedCheckpoint.open(
        index,
        file ->
            file.getFileName().toString().equals("1.bin")
                ? new MemoryCheckpoint("1.bin").with("a", 2).with("tied", 2)
                : new MemoryCheckpoint("2.bin").from(5, "b", 3).with("tied", 2));
  }

  @Test
  @DisplayName("Tensors are those of the index, each from its file")
  void tensorsOfTheIndex() throws IOException {
    try (Checkpoint checkpoint = open("{\"a\": \"1.bin\", \"b\": \"2.bin\"}")) {
      assertThat(checkpoint.path()).isEqualTo(index);
      assertThat(checkpoint.tensors()).containsOnlyKeys("a", "b");
      assertThat(checkpoint.bytes("b").remaining()).isEqualTo(12);
      assertThatThrownBy(() -> checkpoint.bytes("tied"))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("tensor tied: expected one of that name, found none");
    }
  }

  @Test
  @DisplayName("6 Says no clearly: what the files do not have, and names that lead elsewhere")
  void refusals() {
    assertThatThrownBy(() -> open("{\"a\": \"2.bin\"}"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("tensor a: expected it here");
    assertThatThrownBy(() -> open("{\"a\": \"../1.bin\"}"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("expected the name of a file beside it, found ../1.bin");
    assertThatThrownBy(() -> open("{\"a\": 3}"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("found 3");
    assertThatThrownBy(() -> open("{}"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("weight_map: expected an object with at least one tensor");
  }

  @Test
  @DisplayName("The index of PyTorch's files is opened by its name")
  void knownByItsName() throws IOException {
    Files.writeString(index, "{\"weight_map\": {\"a\": \"1.bin\"}}");
    assertThat(CheckpointFiles.isIndex(index)).isTrue();
    assertThat(CheckpointFiles.isCheckpoint(index)).isTrue();
    assertThatThrownBy(() -> new CheckpointFiles().open(index))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("1.bin: expected a checkpoint, found no file");
  }
}
