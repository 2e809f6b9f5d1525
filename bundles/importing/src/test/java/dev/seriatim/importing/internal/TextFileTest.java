package dev.seriatim.importing.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.api.weights.CheckpointException;
import dev.seriatim.api.weights.ElementType;
import dev.seriatim.api.weights.TensorInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextFileTest {
  @TempDir private Path folder;

  private Path tokenizer;
  private Path model;

  @BeforeEach
  void write() throws IOException {
    tokenizer = Files.writeString(folder.resolve("tokenizer.json"), "{\"ö\": 1}");
    model = Files.write(folder.resolve("model.pt"), new byte[] {'P', 'K', 3, 4});
  }

  @Test
  void itsBytesAreATensor() {
    try (Checkpoint file = new CheckpointFiles().open(tokenizer)) {
      assertThat(file.path()).isEqualTo(tokenizer);
      assertThat(file.tensors().values())
          .containsExactly(
              new TensorInfo("tokenizer.json", ElementType.U8, new Shape(new long[] {9})));
      assertThat(StandardCharsets.UTF_8.decode(file.bytes("tokenizer.json")).toString())
          .isEqualTo("{\"ö\": 1}");
      assertThat(file.bytes("tokenizer.json").isReadOnly()).isTrue();
      assertThat(file.sha256("tokenizer.json")).hasSize(64);
      assertThatThrownBy(() -> file.bytes("other"))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("expected tokenizer.json");
    }
  }

  @Test
  void anEmptyOneIsRefused() throws IOException {
    Path empty = Files.createFile(folder.resolve("merges.txt"));
    assertThatThrownBy(() -> TextFile.open(empty))
        .isInstanceOf(CheckpointException.class)
        .hasMessageEndingWith("expected a tokenizer's file, found it empty");
  }

  @Test
  void thoseBesideAreFoundOnce() throws IOException {
    Path settings = Files.writeString(folder.resolve("tokenizer_config.json"), "{}");
    Files.createDirectory(folder.resolve("merges.txt"));
    assertThat(TextFile.beside(List.of(model, folder.resolve("x/../model2.pt"))))
        .containsExactly(tokenizer, settings);
    assertThat(TextFile.beside(List.of(tokenizer, model))).containsExactly(settings);
    assertThat(CheckpointFiles.isCheckpoint(tokenizer)).isFalse();
  }
}
